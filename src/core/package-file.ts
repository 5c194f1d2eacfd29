import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder that holds package.json, wherever in it this module is: in src/, or in a chunk of dist/. */
const root = (() => {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) {
    if (folder === dirname(folder)) throw new Error('There is no package.json above this program')
    folder = dirname(folder)
  }
  return folder
})()

/** The absolute path of a file of this package: `packageFile('prisma/migrations')`. */
export const packageFile = (path: string): string => join(root, path)
