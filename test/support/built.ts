// What tests need before all of them: what they run, as it is now.
export { build as setup } from '../../scripts/build.mjs'
