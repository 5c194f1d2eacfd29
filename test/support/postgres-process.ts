import { execFile, spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { chmod, chown } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './free-port.js'
import { makeTemporaryFolder } from './temporary-folder.js'

const run = promisify(execFile)

/** Where this machine keeps the programs of PostgreSQL's newest version; null: nowhere that is known. */
const programs = ((): string | null => {
  const root = '/usr/lib/postgresql'
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : []
  return versions.map((version) => join(root, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb'))) ?? null
})()

/** PostgreSQL refuses to run as root: then it runs as the user that Debian made for it. */
const asRoot = process.getuid?.() === 0
const idOf = (what: '-u' | '-g'): number => Number(spawnSync('id', [what, 'postgres'], { encoding: 'utf8' }).stdout)

/** Whether this machine has a PostgreSQL to start and to crash. */
export const hasPostgresPrograms = programs !== null && (!asRoot || idOf('-u') > 0)

export type PostgresProcess = {
  url: string
  /** Ends it as a crash does: no client is told, nothing is written that is not yet written. */
  crash(): Promise<void>
  /** Starts it, and waits until it has recovered and answers. */
  start(): Promise<void>
  dispose(): Promise<void>
}

/** A PostgreSQL of the test's own, which it may crash. */
export async function startPostgres(): Promise<PostgresProcess> {
  const folder = await makeTemporaryFolder()
  await chmod(folder.path, 0o700)
  if (asRoot) await chown(folder.path, idOf('-u'), idOf('-g'))
  const port = await freePort()
  const data = join(folder.path, 'cluster')
  const call = (program: string, ...args: string[]) => {
    const path = join(programs ?? '', program)
    return asRoot ? run('runuser', ['-u', 'postgres', '--', path, ...args]) : run(path, args)
  }
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder.path}`
  const start = async () => {
    await call('pg_ctl', '-D', data, '-l', join(folder.path, 'log'), '-o', options, '-w', 'start')
  }
  const crash = async () => {
    await call('pg_ctl', '-D', data, '-m', 'immediate', '-w', 'stop')
  }
  await call('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C')
  await start()
  return {
    url: `postgresql://postgres@127.0.0.1:${port}/postgres`,
    crash,
    start,
    async dispose() {
      await crash()
      await folder.remove()
    },
  }
}
