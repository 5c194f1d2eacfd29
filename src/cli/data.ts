import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { backUp } from '../backup/backup.js'
import { move } from '../backup/move.js'
import { openCopy, openFolder, openSource, openTarget } from '../backup/open.js'
import { restore } from '../backup/restore.js'
import { type Config, loadConfig } from '../config.js'
import { createLogger, type Logger } from '../core/logger.js'
import { openMediaStore } from '../media/open-store.js'
import { keyFile } from '../secrets/key-file.js'
import { explain, StartError } from '../start-error.js'

/** `backup`, `restore` and `move`: what is done to a database as a whole. Progress goes to stderr. */

type Arguments = { file: string; values: Record<string, string | boolean | undefined> }
type Command = {
  usage: string
  options: Record<string, 'string' | 'boolean'>
  run(config: Config, args: Arguments, logger: Logger): Promise<void>
}

const say = (line: string) => process.stderr.write(`${line}\n`)

const commands: Record<string, Command> = {
  backup: {
    usage: 'backup FILE [--with-keys] [--without-media]',
    options: { 'with-keys': 'boolean', 'without-media': 'boolean' },
    async run(config, { file, values }, logger) {
      if (existsSync(file)) throw new StartError(`${file} exists already`)
      const keys = values['with-keys'] === true ? await readKeys(config) : null
      const files = values['without-media'] === true ? null : await openMediaStore(config)
      const open = config.databaseUrl === null ? openCopy(config.dataDir, logger) : openSource(config, logger)
      const { client, close } = await open
      const { rows, media } = await backUp(file, { client, files, keys, say }).finally(close)
      say(`${file}: ${rows} rows, ${media} files of media`)
      if (keys === null) say(keysNote(config))
    },
  },
  restore: {
    usage: 'restore FILE',
    options: {},
    async run(config, { file }, logger) {
      let close = () => Promise.resolve()
      const { manifest, media } = await restore(file, {
        async openTarget() {
          const target = await openTarget(config, logger)
          close = target.close
          return target
        },
        files: await openMediaStore(config),
        takeKeys: (text) => takeKeys(config, text),
        say,
      }).finally(() => close())
      say(`restored what was there at ${manifest.createdAt}: every table as it was, ${media} files of media`)
      if (!existsSync(keyFile(config.dataDir)) || config.databaseUrl !== null) say(keysNeeded)
    },
  },
  move: {
    usage: 'move --to DATABASE_URL',
    options: { to: 'string' },
    async run(config, { values }, logger) {
      if (config.databaseUrl !== null) {
        throw new StartError(
          'move goes from the embedded database to a server: unset DATABASE_URL. Between servers use backup and restore',
        )
      }
      const to = loadConfig({ ...process.env, DATABASE_URL: String(values.to) }).databaseUrl
      const source = await openFolder(config.dataDir, logger)
      try {
        const target = await openTarget({ ...config, databaseUrl: to }, logger)
        const { tables, rows } = await move(source.client, target, say).finally(() => target.close())
        say(`moved ${rows} rows; all ${tables} tables are equal in both databases, counted and hashed by each`)
        say(movedNote(config))
      } finally {
        await source.close()
      }
    },
  },
}

/** @throws StartError where they are not in a file of ours. */
async function readKeys({ dataDir, databaseUrl, encryptionKeys }: Config): Promise<string> {
  const inFile = encryptionKeys === null && databaseUrl === null
  if (inFile && existsSync(keyFile(dataDir))) return readFile(keyFile(dataDir), 'utf8')
  throw new StartError(
    '--with-keys takes the keys of an embedded database from its folder; KAANHA_ENCRYPTION_KEYS is kept where you set it',
  )
}

/** Those that are there already stay: what they encrypted would else be lost. */
async function takeKeys({ databaseUrl, dataDir, encryptionKeys }: Config, text: string): Promise<void> {
  if (databaseUrl !== null || encryptionKeys !== null) {
    say('the backup holds encryption keys; they were left, since KAANHA_ENCRYPTION_KEYS or DATABASE_URL is set')
    return
  }
  await writeFile(keyFile(dataDir), text, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
    say(`${keyFile(dataDir)} is there already, and was kept`)
  })
}

const keysNote = ({ databaseUrl, dataDir, encryptionKeys }: Config): string =>
  `The backup has no encryption keys: tokens and secrets in it are of no use without them. Keep ${
    databaseUrl === null && encryptionKeys === null ? resolve(keyFile(dataDir)) : 'KAANHA_ENCRYPTION_KEYS'
  } in another place than the backup.`

const keysNeeded =
  'Before the first start set KAANHA_ENCRYPTION_KEYS, or put the file encryption-keys into DATA_DIR: ' +
  'the keys that the server had which was backed up.'

const movedNote = ({ dataDir, encryptionKeys }: Config): string =>
  `Start with DATABASE_URL set from now on, the same DATA_DIR (media stays there)${
    encryptionKeys === null ? `, and KAANHA_ENCRYPTION_KEYS set to what ${resolve(keyFile(dataDir))} holds` : ''
  }. The old database is untouched in ${resolve(dataDir, 'postgres')}.`

/** npm runs in the package's folder: a path that was given is meant from where the person stands. */
const given = (path: string): string => resolve(process.env.INIT_CWD ?? '.', path)

/** Null where the words are none of a command's. */
function read(argv: readonly string[]): { command: Command; args: Arguments } | null {
  const [name = '', ...rest] = argv
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) return null
  try {
    const options = Object.fromEntries(Object.entries(command.options).map(([option, type]) => [option, { type }]))
    const { values, positionals } = parseArgs({ args: rest, options, allowPositionals: true, strict: true })
    const takesFile = command.usage.includes(' FILE')
    if (positionals.length !== (takesFile ? 1 : 0)) return null
    if (command.usage.includes('--to') && values.to === undefined) return null
    return { command, args: { file: takesFile ? given(positionals[0] ?? '') : '', values: { ...values } } }
  } catch {
    return null
  }
}

const usage = (): string =>
  ['usage:', ...Object.values(commands).map((command) => `  kaanha ${command.usage}`), ''].join('\n')

const argv = process.argv.slice(2)
const words = read(argv)
if (!words) {
  process.stderr.write(usage())
  process.exitCode = 2
} else {
  try {
    const logger = createLogger('error', pino.destination(2))
    await words.command.run(loadConfig(process.env), words.args, logger)
  } catch (error) {
    process.stderr.write(`${argv[0]}: ${explain(error)}\n`)
    process.exitCode = 1
  }
}
