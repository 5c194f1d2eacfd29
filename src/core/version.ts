import { readFileSync } from 'node:fs'

/** Of this package, as package.json says; the same from src/ and from dist/. */
export const version: string = (() => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return String(version)
})()
