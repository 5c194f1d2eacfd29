import { parseTrustProxy, type TrustProxy } from './core/client-ip.js'
import { isApiKey } from './core/key-format.js'
import { type EncryptionKey, parseEncryptionKeys } from './secrets/cipher.js'

/** The secrets and ids of one WhatsApp number, as the WHATSAPP_* variables give them for the demo organization. */
export type WhatsAppSettings = {
  accessToken: string
  phoneNumberId: string
  businessAccountId: string
  appSecret: string
  verifyToken: string
}

/** Everything the environment decides, checked. Durations carry their unit in the name. */
export type Config = {
  host: string
  port: number
  publicUrl: string
  dataDir: string
  /** Where the bytes of media lie. Null: in `dataDir`. */
  s3: { endpoint: string; region: string; bucket: string; accessKeyId: string; secretAccessKey: string } | null
  /** Null: the embedded database in `dataDir`. */
  databaseUrl: string | null
  /** Null: limits and wake-ups are this process's own. */
  redisUrl: string | null
  bootstrapKey: string | null
  /** The first encrypts. Null: those of `dataDir` where the database is embedded, else none. */
  encryptionKeys: EncryptionKey[] | null
  whatsapp: WhatsAppSettings & { apiUrl: string; apiVersion: string }
  /** Null: no payment links. */
  stripe: { secretKey: string; webhookSecret: string; apiUrl: string } | null
  /** Null: no simulator beside the server. */
  simulator: { port: number } | null
  sends: { unknownGraceSeconds: number; unknownPolicy: 'resend' | 'give_up' }
  /** Whole messages by which a customer opts out and in. */
  consent: { stopWords: string[]; startWords: string[] }
  /** 0 = off. */
  limits: {
    requestsPerMinute: number
    requestsPerKeyPerMinute: number
    sendsPerHour: number
    uploadsPerHour: number
    connectionsPerIp: number
  }
  /** How long the event log reaches back. */
  eventRetentionDays: number
  /** How long the files of messages are kept. Null: for ever. */
  mediaRetentionDays: number | null
  trustProxy: TrustProxy | null
  corsOrigins: string[]
  graphiql: boolean
  /** Whether webhooks and mediaUrl may reach private addresses and plain http. */
  allowPrivateUrls: boolean
  /** Null: /metrics is open. */
  metricsToken: string | null
  logLevel: string
}

/** Thrown with every bad variable, a line each. */
export class ConfigError extends Error {
  override name = 'ConfigError'
  constructor(readonly faults: string[]) {
    super(['These variables cannot be used:', ...faults.map((fault) => `  ${fault}`)].join('\n'))
  }
}

type Environment = Record<string, string | undefined>

/** What the simulator answers to (contract, section 10). */
const simulatorSettings: WhatsAppSettings = {
  accessToken: 'simulator-token',
  phoneNumberId: '100000000000001',
  businessAccountId: '200000000000001',
  appSecret: 'simulator-app-secret',
  verifyToken: 'simulator-verify-token',
}

const metaApiUrl = 'https://graph.facebook.com'

/** @throws ConfigError naming every bad variable at once. An empty variable counts as unset. */
export function loadConfig(env: Environment): Config {
  const read = createReader(env)
  const port = read('PORT', portNumber, 4000)
  const databaseUrl = read('DATABASE_URL', url('postgres:', 'postgresql:'), null)
  const simulator = readSimulator(read)
  const simulatorUrl = simulator && `http://127.0.0.1:${simulator.port}`
  const givenApiUrl = read('WHATSAPP_API_URL', url('http:', 'https:'), null)
  const apiUrl = givenApiUrl ?? simulatorUrl ?? metaApiUrl
  // Where the address given is a bad one, nobody knows yet whose it will be.
  const metaSettingsNeeded = isMetas(apiUrl) && (givenApiUrl !== null || !isSet(env.WHATSAPP_API_URL))

  const config: Config = {
    host: read('HOST', text, '127.0.0.1'),
    port,
    publicUrl: read('PUBLIC_URL', url('http:', 'https:'), `http://localhost:${port}`),
    dataDir: read('DATA_DIR', text, './data'),
    s3: readS3(read),
    databaseUrl,
    redisUrl: read('REDIS_URL', url('redis:', 'rediss:'), null),
    bootstrapKey: read('KAANHA_BOOTSTRAP_KEY', apiKey, null),
    encryptionKeys: read('KAANHA_ENCRYPTION_KEYS', parseEncryptionKeys, null),
    whatsapp: {
      apiUrl,
      apiVersion: read('WHATSAPP_API_VERSION', apiVersion, 'v24.0'),
      ...readWhatsApp(read, metaSettingsNeeded),
    },
    stripe: readStripe(read),
    simulator,
    sends: {
      unknownGraceSeconds: read('SEND_UNKNOWN_GRACE_SECONDS', integer(1, 604_800), isSimulator(apiUrl) ? 60 : 900),
      unknownPolicy: read('SEND_UNKNOWN_POLICY', oneOf('resend', 'give_up'), 'resend'),
    },
    consent: {
      stopWords: read('CONSENT_STOP_WORDS', words, ['STOP', 'UNSUBSCRIBE']),
      startWords: read('CONSENT_START_WORDS', words, ['START', 'UNSTOP']),
    },
    limits: {
      requestsPerMinute: read('RATE_LIMIT_REQUESTS_PER_MINUTE', integer(0, 1_000_000), 120),
      requestsPerKeyPerMinute: read('RATE_LIMIT_REQUESTS_PER_KEY_PER_MINUTE', integer(0, 1_000_000), 0),
      sendsPerHour: read('RATE_LIMIT_SENDS_PER_HOUR', integer(0, 1_000_000), 20),
      uploadsPerHour: read('RATE_LIMIT_UPLOADS_PER_HOUR', integer(0, 1_000_000), 1000),
      connectionsPerIp: read('MAX_CONNECTIONS_PER_IP', integer(0, 1_000_000), 20_000),
    },
    eventRetentionDays: read('EVENT_RETENTION_DAYS', integer(1, 3650), 7),
    mediaRetentionDays: read('MEDIA_RETENTION_DAYS', integer(0, 3650), 0) || null,
    trustProxy: read('TRUST_PROXY', parseTrustProxy, null),
    corsOrigins: read('CORS_ORIGINS', origins, []),
    graphiql: read('GRAPHIQL', onOff, true),
    allowPrivateUrls: read('ALLOW_PRIVATE_URLS', onOff, false),
    metricsToken: read('METRICS_TOKEN', (value) => value, null),
    logLevel: read('LOG_LEVEL', oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'), 'info'),
  }
  if (read.faults.length > 0) throw new ConfigError(read.faults)
  return config
}

/** For the log at start: what was decided, and of secrets only whether they are set. */
export function describeConfig(config: Config): Record<string, unknown> {
  return {
    database: config.databaseUrl ? 'server' : 'embedded',
    redis: config.redisUrl !== null,
    media: config.s3 ? 's3' : 'folder',
    mediaRetentionDays: config.mediaRetentionDays,
    whatsappApi: withoutCredentials(config.whatsapp.apiUrl),
    stripe: config.stripe !== null,
    simulator: config.simulator !== null,
    limits: config.limits,
    sends: config.sends,
    consent: config.consent,
    trustProxy: config.trustProxy !== null,
    corsOrigins: config.corsOrigins,
    graphiql: config.graphiql,
    allowPrivateUrls: config.allowPrivateUrls,
    metricsToken: config.metricsToken !== null,
  }
}

function withoutCredentials(address: string): string {
  const { origin, pathname } = new URL(address)
  return origin + pathname
}

type Reader = ReturnType<typeof createReader>

/** A parser throws an Error whose message ends the sentence "NAME must be ...". */
function createReader(env: Environment) {
  const faults: string[] = []
  function read<T, D>(name: string, parse: (value: string) => T, fallback: D): T | D {
    const value = env[name]?.trim()
    if (value === undefined || value === '') return fallback
    try {
      return parse(value)
    } catch (error) {
      faults.push(`${name} must be ${error instanceof Error ? error.message : String(error)}`)
      return fallback
    }
  }
  return Object.assign(read, { faults, env })
}

function readSimulator(read: Reader): { port: number } | null {
  // Not 0: the server has to know where to find it.
  const port = read('SIMULATOR_PORT', integer(1, 65_535), 4001)
  const elsewhere = isSet(read.env.WHATSAPP_API_URL) || isSet(read.env.WHATSAPP_ACCESS_TOKEN)
  return read('SIMULATOR', onOff, !elsewhere) ? { port } : null
}

/** Without the one secret no link could be made, without the other no payment be believed. */
function readStripe(read: Reader): Config['stripe'] {
  const names = ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'] as const
  const apiUrl = read('STRIPE_API_URL', stripeUrl, 'https://api.stripe.com')
  const [secretKey, webhookSecret] = names.map((name) => read(name, token, null))
  if (secretKey && webhookSecret) return { secretKey, webhookSecret, apiUrl }
  for (const name of names) {
    const [set] = names.filter((other) => other !== name && isSet(read.env[other]))
    if (set && !isSet(read.env[name])) read.faults.push(`${name} must be set where ${set} is`)
  }
  return null
}

/** All of it or nothing: half of it would be found out with the first file. */
function readS3(read: Reader): Config['s3'] {
  const region = read('S3_REGION', token, 'us-east-1')
  const settings = {
    endpoint: read('S3_ENDPOINT', url('http:', 'https:'), `https://s3.${region}.amazonaws.com`),
    region,
    bucket: read('S3_BUCKET', bucket, null),
    accessKeyId: read('S3_ACCESS_KEY_ID', token, null),
    secretAccessKey: read('S3_SECRET_ACCESS_KEY', token, null),
  }
  const needed = ['S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const
  const [set] = needed.filter((name) => isSet(read.env[name]))
  if (set === undefined) return null
  for (const name of needed) {
    if (!isSet(read.env[name])) read.faults.push(`${name} must be set where ${set} is`)
  }
  const { bucket: name, accessKeyId, secretAccessKey } = settings
  return name && accessKeyId && secretAccessKey ? { ...settings, bucket: name, accessKeyId, secretAccessKey } : null
}

function readWhatsApp(read: Reader, required: boolean): WhatsAppSettings {
  const one = (name: string, parse: (value: string) => string, simulators: string) => {
    if (required && !isSet(read.env[name])) read.faults.push(`${name} must be set where the API is Meta's`)
    return read(name, parse, simulators)
  }
  return {
    accessToken: one('WHATSAPP_ACCESS_TOKEN', token, simulatorSettings.accessToken),
    phoneNumberId: one('WHATSAPP_PHONE_NUMBER_ID', metaId, simulatorSettings.phoneNumberId),
    businessAccountId: one('WHATSAPP_BUSINESS_ACCOUNT_ID', metaId, simulatorSettings.businessAccountId),
    appSecret: one('WHATSAPP_APP_SECRET', token, simulatorSettings.appSecret),
    verifyToken: one('WHATSAPP_VERIFY_TOKEN', token, simulatorSettings.verifyToken),
  }
}

const isSet = (value: string | undefined) => value !== undefined && value.trim() !== ''

const isMetas = (apiUrl: string) => /(?:^|\.)facebook\.com$/.test(new URL(apiUrl).hostname)

/** WhatsApp itself is nowhere near; what answers on this machine is a simulator, beside the server or on its own. */
const isSimulator = (apiUrl: string) => /^(?:127(?:\.\d+){3}|\[::1\]|localhost)$/.test(new URL(apiUrl).hostname)

/** It goes into a header. */
const token = (value: string) => {
  if (!/^[\x21-\x7e]+$/.test(value)) throw new Error('visible ASCII characters without spaces')
  return value
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucket = (value: string) => {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(value)) throw new Error('the name of a bucket')
  return value
}

const metaId = (value: string) => {
  if (!/^\d{1,32}$/.test(value)) throw new Error("the digits of an id of Meta's")
  return value
}

const text = (value: string) => value

const integer = (min: number, max: number) => (value: string) => {
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN
  if (!(number >= min && number <= max)) throw new Error(`a whole number from ${min} to ${max}`)
  return number
}

const portNumber = integer(0, 65_535)

const oneOf =
  <const T extends string>(...values: T[]) =>
  (value: string): T => {
    const found = values.find((candidate) => candidate === value.toLowerCase())
    if (!found) throw new Error(`one of ${values.join(', ')}`)
    return found
  }

const onOff = (value: string) => {
  const word = value.toLowerCase()
  if (['on', 'true', '1', 'yes'].includes(word)) return true
  if (['off', 'false', '0', 'no'].includes(word)) return false
  throw new Error('on or off')
}

const url =
  (...protocols: string[]) =>
  (value: string) => {
    const parsed = URL.canParse(value) ? new URL(value) : null
    if (!parsed || !protocols.includes(parsed.protocol)) {
      throw new Error(`an address that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`)
    }
    return value.replace(/\/+$/, '')
  }

const stripeUrl = (value: string) => {
  const address = url('http:', 'https:')(value)
  if (new URL(address).pathname !== '/') throw new Error('an address without a path')
  return address
}

const apiVersion = (value: string) => {
  if (!/^v\d+\.\d+$/.test(value)) throw new Error('a version such as v24.0')
  return value
}

const apiKey = (value: string) => {
  if (!isApiKey(value)) throw new Error('a key in the key format (npm run keys -- create makes one)')
  return value
}

/** A list whose every entry has a letter or digit: a word of signs alone would be no word to compare. */
const words = (value: string) => {
  const list = value.split(',').map((word) => word.trim())
  if (list.some((word) => !/[\p{L}\p{N}]/u.test(word) || word.length > 100)) {
    throw new Error('a list of words or short phrases, separated by commas')
  }
  return list
}

const origins = (value: string) =>
  value.split(/[\s,]+/).map((origin) => {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin.replace(/\/$/, '')) {
      throw new Error('a list of origins such as https://app.example.com, separated by commas')
    }
    return new URL(origin).origin
  })
