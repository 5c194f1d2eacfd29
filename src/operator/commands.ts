import { parseArgs } from 'node:util'
import { reencryptApiKeys } from '../ai-agents/reencrypt.js'
import { type ApiKeyInfo, createApiKey, listApiKeys, revokeApiKey } from '../api-keys/api-keys.js'
import { reencryptConnectionSecrets } from '../connections/reencrypt.js'
import type { Context } from '../context.js'
import { badRequest, DomainError } from '../core/errors.js'
import { copyFolder } from '../database/embedded/copy-folder.js'
import { examine } from '../doctor/doctor.js'
import {
  createOrganization,
  listOrganizations,
  requireOrganization,
  updateOrganization,
} from '../organizations/organizations.js'
import { generateEncryptionKey } from '../secrets/cipher.js'
import { reencryptWebhookSecrets } from '../webhooks/reencrypt.js'

/** What a command printed, and how it ended. */
export type CommandResult = { stdout: string; stderr: string; exitCode: number }

type Arguments = { positionals: string[]; values: Record<string, string | undefined> }
type Command = {
  usage: string
  options: string[]
  /** How many words stand without an option's name. */
  positionals: number
  /** Asked by other commands of ours, and by nobody else. */
  internal?: true
  run(ctx: Context, args: Arguments): Promise<string>
}

/** The operator's commands (contract, section 1). What they print on stdout is for programs too. */
const commands: Record<string, Command> = {
  'orgs create': {
    usage: 'orgs create --slug S --name N [--plan GROWTH|PRO]',
    options: ['slug', 'name', 'plan'],
    positionals: 0,
    run: async (ctx, { values }) => organizationLine(await createOrganization(ctx, values)),
  },
  'orgs update': {
    usage: 'orgs update S [--plan GROWTH|PRO] [--consent-policy ENFORCED|ALLOW_UNKNOWN]',
    options: ['plan', 'consent-policy'],
    positionals: 1,
    run: async (ctx, { positionals: [slug], values }) =>
      organizationLine(
        await updateOrganization(ctx, { slug, plan: values.plan, consentPolicy: values['consent-policy'] }),
      ),
  },
  'orgs list': {
    usage: 'orgs list',
    options: [],
    positionals: 0,
    run: async (ctx) => (await listOrganizations(ctx)).map(organizationLine).join('\n'),
  },
  'keys create': {
    usage: 'keys create --org S --name N [--expires ISO] [--scopes a,b]',
    options: ['org', 'name', 'expires', 'scopes'],
    positionals: 0,
    run: async (ctx, { values }) => {
      if (!values.org) throw badRequest([{ path: 'org', message: 'is required' }])
      const organization = await requireOrganization(ctx, values.org)
      const scopes = values.scopes?.split(',').map((scope) => scope.trim())
      const { secret } = await createApiKey(ctx, organization.id, {
        name: values.name,
        expiresAt: values.expires,
        scopes: scopes?.filter((scope) => scope !== ''),
      })
      return secret
    },
  },
  'keys list': {
    usage: 'keys list [--org S]',
    options: ['org'],
    positionals: 0,
    run: async (ctx, { values }) => {
      const organization = values.org ? await requireOrganization(ctx, values.org) : null
      return (await listApiKeys(ctx, organization?.id)).map((key) => keyLine(key, ctx.clock.now())).join('\n')
    },
  },
  'keys revoke': {
    usage: 'keys revoke ID',
    options: [],
    positionals: 1,
    run: async (ctx, { positionals: [id] }) => keyLine(await revokeApiKey(ctx, id ?? ''), ctx.clock.now()),
  },
  'secrets key': {
    usage: 'secrets key',
    options: [],
    positionals: 0,
    run: async () => generateEncryptionKey(),
  },
  'secrets rotate': {
    usage: 'secrets rotate',
    options: [],
    positionals: 0,
    run: rotateSecrets,
  },
  'internal copy': {
    usage: 'internal copy',
    options: [],
    positionals: 0,
    internal: true,
    run: (ctx) => copyFolder(ctx.database, ctx.config.dataDir),
  },
  'internal doctor': {
    usage: 'internal doctor --hours N',
    options: ['hours'],
    positionals: 0,
    internal: true,
    run: async (ctx, { values }) => JSON.stringify(await examine(ctx, ctx.secrets.keyIds(), Number(values.hours))),
  },
}

async function rotateSecrets(ctx: Context): Promise<string> {
  const numbers = await reencryptConnectionSecrets(ctx)
  const webhooks = await reencryptWebhookSecrets(ctx)
  const agents = await reencryptApiKeys(ctx)
  const { keyId } = numbers
  const all = [numbers, webhooks, agents]
  const sum = (count: 'changed' | 'unchanged') => all.reduce((total, one) => total + one[count], 0)
  const [changed, unchanged] = [sum('changed'), sum('unchanged')]
  const unreadable = all.flatMap((one) => one.unreadable)
  const done = `key ${keyId}: ${changed} encrypted anew, ${unchanged} as they were`
  if (unreadable.length === 0) return done
  throw new DomainError('CONFLICT', `${done}; these cannot be read, keep the older keys: ${unreadable.join(', ')}`)
}

const organizationLine = (o: Awaited<ReturnType<typeof createOrganization>>) =>
  [o.id, o.slug, o.plan, o.consentPolicy, o.name].join('\t')

const keyLine = (key: ApiKeyInfo, now: Date) =>
  [
    key.id,
    key.prefix,
    stateOf(key, now),
    key.lastUsedAt ? `used ${key.lastUsedAt.toISOString()}` : 'never used',
    key.scopes.join(','),
    key.name,
  ].join('\t')

function stateOf({ revokedAt, expiresAt }: ApiKeyInfo, now: Date): string {
  if (revokedAt) return 'revoked'
  if (!expiresAt) return 'active'
  return `${expiresAt <= now ? 'expired' : 'expires'} ${expiresAt.toISOString()}`
}

/** Runs one command line, such as `['keys', 'create', '--org', 'demo', '--name', 'x']`. Never rejects. */
export async function runCommand(ctx: Context, argv: readonly string[]): Promise<CommandResult> {
  const read = readCommand(argv)
  if ('misuse' in read) return read.misuse
  const { command, args } = read
  try {
    const stdout = await command.run(ctx, args)
    return { stdout: stdout === '' ? '' : `${stdout}\n`, stderr: '', exitCode: 0 }
  } catch (error) {
    if (!(error instanceof DomainError)) ctx.logger.error({ err: error }, 'an operator command failed')
    const reason = error instanceof DomainError ? error.message : 'something went wrong; the log says what'
    return { stdout: '', stderr: `${nameOf(argv)}: ${reason}\n`, exitCode: 1 }
  }
}

/** How a command line is answered that is none of ours; null where it is one. Needs no database. */
export function misuseOf(argv: readonly string[]): CommandResult | null {
  const read = readCommand(argv)
  return 'misuse' in read ? read.misuse : null
}

const nameOf = (argv: readonly string[]) => argv.slice(0, 2).join(' ')

function readCommand(argv: readonly string[]): { command: Command; args: Arguments } | { misuse: CommandResult } {
  const name = nameOf(argv)
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) return { misuse: usageOf(argv[0]) }
  const args = parse(command, argv.slice(2))
  if (!('fault' in args)) return { command, args }
  return { misuse: { stdout: '', stderr: `${name}: ${args.fault}; use ${lineOf(command)}\n`, exitCode: 2 } }
}

function parse(command: Command, args: string[]): Arguments | { fault: string } {
  try {
    const options = Object.fromEntries(command.options.map((option) => [option, { type: 'string' as const }]))
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true, strict: true })
    if (positionals.length > command.positionals) return { fault: `"${positionals[command.positionals]}" is too much` }
    if (positionals.length < command.positionals) return { fault: 'a word is missing' }
    return { positionals, values: values as Record<string, string | undefined> }
  } catch (error) {
    // Node explains at length, over several sentences and lines.
    const [fault = 'it cannot be read'] = (error instanceof Error ? error.message : '').split(/\.?\s*\n|\. /)
    return { fault }
  }
}

const lineOf = ({ usage }: Command) => `npm run ${usage.replace(' ', ' -- ')}`

/** Of the commands on one noun; of all, where the noun is none. */
function usageOf(noun: string | undefined): CommandResult {
  const all = Object.values(commands).filter((command) => !command.internal)
  const some = all.filter((command) => noun !== undefined && command.usage.startsWith(`${noun} `))
  const lines = (some.length > 0 ? some : all).map((command) => `  ${lineOf(command)}`)
  return { stdout: '', stderr: `usage:\n${lines.join('\n')}\n`, exitCode: 2 }
}
