/**
 * A process of its own for the tests of the embedded database; plain JavaScript over the build, as a server runs.
 *
 * `write DIR`: inserts rows one by one and prints each id once it is acknowledged, until it is killed.
 * `lock FILE`: for every line on stdin tries to take the lock and prints "won" or who has it. Gives nothing back.
 */
import { createInterface } from 'node:readline'
import { openEmbedded } from '../../dist/database/embedded/open.js'
import { takeLock } from '../../dist/database/lock-file.js'

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
const [mode, path] = process.argv.slice(2)

if (mode === 'write') {
  const { pool } = await openEmbedded({ dataDir: path, logger: silent })
  for (let id = 1; ; id++) {
    await pool.query('INSERT INTO written (id, text) VALUES ($1, $2)', [id, 'x'.repeat(300)])
    process.stdout.write(`${id}\n`)
  }
}

if (mode === 'lock') {
  process.stdout.write('ready\n')
  for await (const _ of createInterface({ input: process.stdin })) {
    const answer = await takeLock(path).then(
      () => 'won',
      (error) => `${error.name} ${error.pid}`,
    )
    process.stdout.write(`${answer}\n`)
  }
}
