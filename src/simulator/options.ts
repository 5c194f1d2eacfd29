/** What a simulator is started with. Everything left out has the default of contract.md, section 10. */
export type SimulatorOptions = {
  /** 0 takes a free port. */
  port?: number | undefined
  host?: string | undefined
  /** Where webhooks go until a subscription overrides it; null = nowhere. */
  callbackUrl?: string | null | undefined
  accessToken?: string | undefined
  phoneNumberId?: string | undefined
  businessAccountId?: string | undefined
  appSecret?: string | undefined
  verifyToken?: string | undefined
  /** As people write it; webhooks carry its digits. */
  displayPhoneNumber?: string | undefined
  verifiedName?: string | undefined
  /** Makes every id and jitter repeatable. Without one, ids are random and so unique over restarts. */
  seed?: string | null | undefined
  /** The time the simulator's clock starts from; the machine's by default. */
  nowMs?: (() => number) | undefined
}

export type CompleteOptions = { [Name in keyof SimulatorOptions]-?: Exclude<SimulatorOptions[Name], undefined> }

export const defaultOptions: CompleteOptions = {
  port: 4001,
  host: '127.0.0.1',
  callbackUrl: null,
  accessToken: 'simulator-token',
  phoneNumberId: '100000000000001',
  businessAccountId: '200000000000001',
  appSecret: 'simulator-app-secret',
  verifyToken: 'simulator-verify-token',
  displayPhoneNumber: '+91 98765 43210',
  verifiedName: 'Acme Corp',
  seed: null,
  nowMs: Date.now,
}

export function completeOptions(options: SimulatorOptions): CompleteOptions {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  return { ...defaultOptions, ...given }
}

/** Bad environment variables, all of them at once. */
export class OptionsError extends Error {
  override name = 'OptionsError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('; '))
    this.problems = problems
  }
}

type Check = (value: string) => string | null

const token: Check = (value) => (/^[\x21-\x7e]+$/.test(value) ? null : 'must be visible ASCII without spaces')
const objectId: Check = (value) => (/^\d{1,32}$/.test(value) ? null : 'must be digits')
const port: Check = (value) =>
  /^\d{1,5}$/.test(value) && Number(value) <= 65_535 ? null : 'must be a port from 0 to 65535'
const httpUrl: Check = (value) => (isHttpUrl(value) ? null : 'must be an http or https URL')

const host: Check = (value) => (/^[\w.:-]+$/.test(value) ? null : 'must be an address of this machine')

const variables = {
  SIMULATOR_HOST: host,
  SIMULATOR_PORT: port,
  SIMULATOR_CALLBACK_URL: httpUrl,
  WHATSAPP_ACCESS_TOKEN: token,
  WHATSAPP_PHONE_NUMBER_ID: objectId,
  WHATSAPP_BUSINESS_ACCOUNT_ID: objectId,
  WHATSAPP_APP_SECRET: token,
  WHATSAPP_VERIFY_TOKEN: token,
} satisfies Record<string, Check>

/**
 * The stand-alone simulator's options. An empty variable counts as unset.
 * Throws OptionsError, which names every bad variable at once and quotes no value (some are secrets).
 */
export function optionsFromEnvironment(env: Readonly<Record<string, string | undefined>>): SimulatorOptions {
  const read = (name: keyof typeof variables) => env[name]?.trim() || undefined
  const problems = Object.entries(variables).flatMap(([name, check]) => {
    const value = read(name as keyof typeof variables)
    const problem = value === undefined ? null : check(value)
    return problem === null ? [] : [`${name} ${problem}`]
  })
  const phoneNumberId = read('WHATSAPP_PHONE_NUMBER_ID')
  const businessAccountId = read('WHATSAPP_BUSINESS_ACCOUNT_ID')
  if ((phoneNumberId ?? defaultOptions.phoneNumberId) === (businessAccountId ?? defaultOptions.businessAccountId)) {
    problems.push('WHATSAPP_PHONE_NUMBER_ID and WHATSAPP_BUSINESS_ACCOUNT_ID must differ')
  }
  if (problems.length > 0) throw new OptionsError(problems)
  const portText = read('SIMULATOR_PORT')
  return {
    host: read('SIMULATOR_HOST'),
    port: portText === undefined ? undefined : Number(portText),
    callbackUrl: read('SIMULATOR_CALLBACK_URL'),
    accessToken: read('WHATSAPP_ACCESS_TOKEN'),
    phoneNumberId,
    businessAccountId,
    appSecret: read('WHATSAPP_APP_SECRET'),
    verifyToken: read('WHATSAPP_VERIFY_TOKEN'),
  }
}

export function isHttpUrl(text: string): boolean {
  try {
    const { protocol } = new URL(text)
    return protocol === 'http:' || protocol === 'https:'
  } catch {
    return false
  }
}
