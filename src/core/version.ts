import { readFileSync } from 'node:fs'
import { packageFile } from './package-file.js'

/** Of this package, as package.json says. */
export const version: string = (() => {
  const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8'))
  return String(version)
})()
