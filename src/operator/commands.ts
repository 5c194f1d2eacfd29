import { parseArgs } from 'node:util'
import { createApiKey, listApiKeys, revokeApiKey } from '../api-keys/api-keys.js'
import type { Context } from '../context.js'
import { DomainError } from '../core/errors.js'
import {
  createOrganization,
  listOrganizations,
  requireOrganization,
  updateOrganization,
} from '../organizations/organizations.js'

/** What a command printed, and how it ended. */
export type CommandResult = { stdout: string; stderr: string; exitCode: number }

type Arguments = { positionals: string[]; values: Record<string, string | undefined> }
type Command = {
  usage: string
  options: string[]
  /** How many words stand without an option's name. */
  positionals: number
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
      const organization = await requireOrganization(ctx, values.org ?? '')
      const { secret } = await createApiKey(ctx, organization.id, {
        name: values.name,
        expiresAt: values.expires,
        scopes: values.scopes?.split(',').map((scope) => scope.trim()),
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
      return (await listApiKeys(ctx, organization?.id)).map(keyLine).join('\n')
    },
  },
  'keys revoke': {
    usage: 'keys revoke ID',
    options: [],
    positionals: 1,
    run: async (ctx, { positionals: [id] }) => keyLine(await revokeApiKey(ctx, id ?? '')),
  },
}

const organizationLine = (o: Awaited<ReturnType<typeof createOrganization>>) =>
  [o.id, o.slug, o.plan, o.consentPolicy, o.name].join('\t')

const keyLine = (key: Awaited<ReturnType<typeof revokeApiKey>>) =>
  [
    key.id,
    key.prefix,
    key.revokedAt ? 'revoked' : key.expiresAt ? `expires ${key.expiresAt.toISOString()}` : 'active',
    key.lastUsedAt ? `used ${key.lastUsedAt.toISOString()}` : 'never used',
    key.scopes.join(','),
    key.name,
  ].join('\t')

/** Runs one command line, such as `['keys', 'create', '--org', 'demo', '--name', 'x']`. Never rejects. */
export async function runCommand(ctx: Context, argv: readonly string[]): Promise<CommandResult> {
  const name = argv.slice(0, 2).join(' ')
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) return usage(Object.values(commands), argv[0])
  try {
    const args = parse(command, argv.slice(2))
    if (!args) return usage([command])
    const stdout = await command.run(ctx, args)
    return { stdout: stdout === '' ? '' : `${stdout}\n`, stderr: '', exitCode: 0 }
  } catch (error) {
    if (!(error instanceof DomainError)) ctx.logger.error({ err: error }, 'an operator command failed')
    const reason = error instanceof DomainError ? error.message : 'something went wrong; the log says what'
    return { stdout: '', stderr: `${name}: ${reason}\n`, exitCode: 1 }
  }
}

/** Null where the words are not of the command's form. */
function parse(command: Command, args: string[]): Arguments | null {
  try {
    const options = Object.fromEntries(command.options.map((option) => [option, { type: 'string' as const }]))
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true, strict: true })
    return positionals.length === command.positionals
      ? { positionals, values: values as Record<string, string | undefined> }
      : null
  } catch {
    return null
  }
}

function usage(all: Command[], noun?: string): CommandResult {
  const some = all.filter((command) => noun !== undefined && command.usage.startsWith(`${noun} `))
  const lines = (some.length > 0 ? some : all).map((command) => `  npm run ${command.usage.replace(' ', ' -- ')}`)
  return { stdout: '', stderr: `usage:\n${lines.join('\n')}\n`, exitCode: 2 }
}
