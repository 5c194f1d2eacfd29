import { describe, expect, test } from 'vitest'
import { type Config, ConfigError, describeConfig, loadConfig } from '../src/config.js'
import { generateApiKey } from '../src/core/key-format.js'

type Environment = Record<string, string>

const base64Key = Buffer.alloc(32, 7).toString('base64')

/** The report's lines, without its headline. */
function faultsOf(env: Environment): string[] {
  try {
    loadConfig(env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const [headline, ...lines] = error.message.split('\n')
    expect(headline).toBe('These variables cannot be used:')
    return lines.map((line) => line.trim())
  }
  return []
}

const meta = {
  WHATSAPP_ACCESS_TOKEN: 'EAAG-token',
  WHATSAPP_PHONE_NUMBER_ID: '106540352242922',
  WHATSAPP_BUSINESS_ACCOUNT_ID: '102290129340398',
  WHATSAPP_APP_SECRET: 'app-secret',
  WHATSAPP_VERIFY_TOKEN: 'verify-me',
}
const nothing = Object.fromEntries(
  [
    'PORT HOST PUBLIC_URL DATA_DIR DATABASE_URL REDIS_URL KAANHA_BOOTSTRAP_KEY KAANHA_ENCRYPTION_KEYS WHATSAPP_API_URL WHATSAPP_API_VERSION',
    'SIMULATOR SIMULATOR_PORT SEND_UNKNOWN_GRACE_SECONDS SEND_UNKNOWN_POLICY RATE_LIMIT_REQUESTS_PER_MINUTE',
    'RATE_LIMIT_REQUESTS_PER_KEY_PER_MINUTE RATE_LIMIT_UPLOADS_PER_HOUR MAX_CONNECTIONS_PER_IP',
    'RATE_LIMIT_SENDS_PER_HOUR CONSENT_STOP_WORDS CONSENT_START_WORDS TRUST_PROXY CORS_ORIGINS GRAPHIQL METRICS_TOKEN LOG_LEVEL',
    ...Object.keys(meta),
  ]
    .flatMap((names) => names.split(' '))
    .map((name) => [name, '']),
) as Environment

const limits = {
  requestsPerMinute: 120,
  requestsPerKeyPerMinute: 0,
  sendsPerHour: 20,
  uploadsPerHour: 1000,
  connectionsPerIp: 20_000,
}

describe('the environment', () => {
  test('without a variable set, everything is as the contract says, and the simulator is on', () => {
    expect(loadConfig({})).toEqual({
      host: '127.0.0.1',
      port: 4000,
      publicUrl: 'http://localhost:4000',
      dataDir: './data',
      s3: null,
      databaseUrl: null,
      redisUrl: null,
      bootstrapKey: null,
      encryptionKeys: null,
      whatsapp: {
        apiUrl: 'http://127.0.0.1:4001',
        apiVersion: 'v24.0',
        accessToken: 'simulator-token',
        phoneNumberId: '100000000000001',
        businessAccountId: '200000000000001',
        appSecret: 'simulator-app-secret',
        verifyToken: 'simulator-verify-token',
      },
      stripe: null,
      simulator: { port: 4001 },
      sends: { unknownGraceSeconds: 60, unknownPolicy: 'resend' },
      consent: { stopWords: ['STOP', 'UNSUBSCRIBE'], startWords: ['START', 'UNSTOP'] },
      limits,
      eventRetentionDays: 7,
      mediaRetentionDays: null,
      trustProxy: null,
      corsOrigins: [],
      graphiql: true,
      allowPrivateUrls: false,
      metricsToken: null,
      logLevel: 'info',
    } satisfies Config)
  })

  test('an empty variable, or one of blanks, counts as unset', () => {
    expect(loadConfig(nothing)).toEqual(loadConfig({}))
    const blank = Object.fromEntries(Object.keys(nothing).map((name) => [name, ' \t']))
    expect(loadConfig(blank)).toEqual(loadConfig({}))
  })

  const key = generateApiKey()
  test.each<[Environment, object]>([
    [{ PORT: '8080' }, { port: 8080, publicUrl: 'http://localhost:8080' }],
    [{ PORT: '0' }, { port: 0 }],
    [{ METRICS_TOKEN: ' scrape-me ' }, { metricsToken: 'scrape-me' }],
    [{ HOST: '0.0.0.0' }, { host: '0.0.0.0' }],
    [{ PUBLIC_URL: 'https://chat.example.com/' }, { publicUrl: 'https://chat.example.com', port: 4000 }],
    [{ DATA_DIR: '/var/lib/kaanha' }, { dataDir: '/var/lib/kaanha' }],
    [{ DATABASE_URL: 'postgres://u:p@db:5432/kaanha' }, { databaseUrl: 'postgres://u:p@db:5432/kaanha' }],
    [
      { DATABASE_URL: 'postgresql://db/kaanha?sslmode=require' },
      { databaseUrl: 'postgresql://db/kaanha?sslmode=require' },
    ],
    [{ REDIS_URL: 'rediss://cache:6380/2' }, { redisUrl: 'rediss://cache:6380/2' }],
    [{ KAANHA_BOOTSTRAP_KEY: ` ${key} ` }, { bootstrapKey: key }],
    [
      { KAANHA_ENCRYPTION_KEYS: `new:${base64Key}, old:${base64Key}` },
      { encryptionKeys: ['new', 'old'].map((id) => ({ id, key: new Uint8Array(32).fill(7) })) },
    ],
    [{ WHATSAPP_API_VERSION: 'v25.0' }, { whatsapp: { apiVersion: 'v25.0' } }],
    [{ SEND_UNKNOWN_GRACE_SECONDS: '5' }, { sends: { unknownGraceSeconds: 5 } }],
    [{ SEND_UNKNOWN_POLICY: 'give_up' }, { sends: { unknownPolicy: 'give_up' } }],
    [{ CONSENT_STOP_WORDS: 'HALT, no more' }, { consent: { stopWords: ['HALT', 'no more'] } }],
    [{ CONSENT_START_WORDS: 'हाँ' }, { consent: { startWords: ['हाँ'] } }],
    [{ RATE_LIMIT_REQUESTS_PER_MINUTE: '0' }, { limits: { ...limits, requestsPerMinute: 0 } }],
    [{ RATE_LIMIT_SENDS_PER_HOUR: '7' }, { limits: { ...limits, sendsPerHour: 7 } }],
    [{ RATE_LIMIT_REQUESTS_PER_KEY_PER_MINUTE: '600' }, { limits: { ...limits, requestsPerKeyPerMinute: 600 } }],
    [{ RATE_LIMIT_UPLOADS_PER_HOUR: '0' }, { limits: { ...limits, uploadsPerHour: 0 } }],
    [{ MAX_CONNECTIONS_PER_IP: '64' }, { limits: { ...limits, connectionsPerIp: 64 } }],
    [{ EVENT_RETENTION_DAYS: '30' }, { eventRetentionDays: 30 }],
    [{ MEDIA_RETENTION_DAYS: '90' }, { mediaRetentionDays: 90 }],
    [
      { S3_REGION: 'eu-central-1', S3_BUCKET: 'kaanha', S3_ACCESS_KEY_ID: 'id', S3_SECRET_ACCESS_KEY: 'secret' },
      {
        s3: {
          endpoint: 'https://s3.eu-central-1.amazonaws.com',
          region: 'eu-central-1',
          bucket: 'kaanha',
          accessKeyId: 'id',
          secretAccessKey: 'secret',
        },
      },
    ],
    [{ TRUST_PROXY: '2' }, { trustProxy: { hops: 2 } }],
    [{ TRUST_PROXY: 'off' }, { trustProxy: null }],
    [
      { CORS_ORIGINS: 'https://a.example, http://localhost:5173/' },
      { corsOrigins: ['https://a.example', 'http://localhost:5173'] },
    ],
    [{ GRAPHIQL: 'off' }, { graphiql: false }],
    [{ GRAPHIQL: 'No' }, { graphiql: false }],
    [{ ALLOW_PRIVATE_URLS: 'on' }, { allowPrivateUrls: true }],
    [{ LOG_LEVEL: 'DEBUG' }, { logLevel: 'debug' }],
    [{ LOG_LEVEL: 'silent' }, { logLevel: 'silent' }],
  ])('%j is taken', (env, expected) => {
    expect(loadConfig(env)).toMatchObject(expected)
  })

  test.each<[string, string[]]>([
    ['PORT', ['x', '-1', '65536', '4000.5', '0x10', '1e3']],
    ['PUBLIC_URL', ['chat.example.com', 'ftp://chat.example.com', 'javascript:alert(1)']],
    ['DATABASE_URL', ['mysql://db/x', 'db/x', 'postgres']],
    ['REDIS_URL', ['localhost:6379', 'http://cache']],
    ['KAANHA_BOOTSTRAP_KEY', ['secret', key.slice(1), `${key}0`, key.slice(0, -1) + (key.endsWith('0') ? '1' : '0')]],
    [
      'KAANHA_ENCRYPTION_KEYS',
      ['secret', base64Key, `k1:${base64Key.slice(4)}`, `k1:${base64Key},`, `k1:${base64Key},k1:${base64Key}`, 'k 1:x'],
    ],
    ['WHATSAPP_API_URL', ['graph.facebook.com', 'ws://graph.facebook.com']],
    ['WHATSAPP_API_VERSION', ['24.0', 'v24', 'latest']],
    ['WHATSAPP_ACCESS_TOKEN', ['two words', 'line\nbreak', 'naïve']],
    ['WHATSAPP_PHONE_NUMBER_ID', ['+919876543210', '../me', 'x']],
    ['WHATSAPP_BUSINESS_ACCOUNT_ID', ['1/2', 'x']],
    ['WHATSAPP_APP_SECRET', ['two words']],
    ['WHATSAPP_VERIFY_TOKEN', ['two words']],
    ['SIMULATOR', ['maybe', '2']],
    ['SIMULATOR_PORT', ['x', '0', '65536']],
    ['SEND_UNKNOWN_GRACE_SECONDS', ['0', '-5', '604801', '1m']],
    ['SEND_UNKNOWN_POLICY', ['retry', 'give up']],
    ['RATE_LIMIT_REQUESTS_PER_MINUTE', ['-1', 'many', '1.5']],
    ['RATE_LIMIT_SENDS_PER_HOUR', ['-1', 'unlimited']],
    ['CONSENT_STOP_WORDS', ['STOP,,END', ',', '!!!', 'x'.repeat(101)]],
    ['CONSENT_START_WORDS', ['START, ?']],
    ['TRUST_PROXY', ['on', '*', 'everyone', '0.0.0.0/0', '::/0', '33']],
    ['CORS_ORIGINS', ['*', 'null', 'app.example.com', 'https://a.example/path', 'https://a.example,nonsense']],
    ['GRAPHIQL', ['maybe']],
    ['LOG_LEVEL', ['verbose', 'warning']],
  ])('a bad %s is refused, alone and by name', (name, values) => {
    for (const value of values) {
      // With the simulator off or Meta's API chosen, other variables would be needed too.
      const faults = faultsOf({ SIMULATOR: 'on', ...meta, [name]: value })
      expect(faults, value).toEqual([expect.stringMatching(new RegExp(`^${name} must be `))])
    }
  })

  test('every bad variable is named in one report, a line each', () => {
    const bad = {
      PORT: 'x',
      PUBLIC_URL: 'x',
      DATABASE_URL: 'x',
      REDIS_URL: 'x',
      KAANHA_BOOTSTRAP_KEY: 'x',
      KAANHA_ENCRYPTION_KEYS: 'x',
      WHATSAPP_API_URL: 'x',
      WHATSAPP_API_VERSION: 'x',
      WHATSAPP_ACCESS_TOKEN: 'x x',
      WHATSAPP_PHONE_NUMBER_ID: 'x',
      WHATSAPP_BUSINESS_ACCOUNT_ID: 'x',
      WHATSAPP_APP_SECRET: 'x x',
      WHATSAPP_VERIFY_TOKEN: 'x x',
      SIMULATOR: 'x',
      SIMULATOR_PORT: 'x',
      SEND_UNKNOWN_GRACE_SECONDS: 'x',
      SEND_UNKNOWN_POLICY: 'x',
      RATE_LIMIT_REQUESTS_PER_MINUTE: 'x',
      RATE_LIMIT_SENDS_PER_HOUR: 'x',
      CONSENT_STOP_WORDS: '!',
      CONSENT_START_WORDS: '!',
      TRUST_PROXY: 'x',
      CORS_ORIGINS: 'x',
      GRAPHIQL: 'x',
      LOG_LEVEL: 'x',
    }
    const named = faultsOf(bad).map((line) => line.split(' ')[0])
    expect(named.sort()).toEqual(Object.keys(bad).sort())
  })

  test('the report quotes no value of a secret', () => {
    const secrets = {
      DATABASE_URL: 'mysql://u:hunter2@db/x',
      REDIS_URL: 'http://u:hunter2@cache',
      KAANHA_BOOTSTRAP_KEY: 'kaanha_hunter2',
      KAANHA_ENCRYPTION_KEYS: 'k1:hunter2',
      WHATSAPP_ACCESS_TOKEN: 'hunter2 x',
      WHATSAPP_APP_SECRET: 'hunter2 x',
      WHATSAPP_VERIFY_TOKEN: 'hunter2 x',
    }
    const faults = faultsOf({ SIMULATOR: 'on', ...secrets })
    expect(faults).toHaveLength(Object.keys(secrets).length)
    expect(faults.join()).not.toContain('hunter2')
  })
})

describe('Stripe', () => {
  const both = { STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_WEBHOOK_SECRET: 'whsec_1' }

  test('needs both secrets or neither, and an address without a path', () => {
    expect(loadConfig(both).stripe).toEqual({
      secretKey: 'sk_test_1',
      webhookSecret: 'whsec_1',
      apiUrl: 'https://api.stripe.com',
    })
    expect(loadConfig({ ...both, STRIPE_API_URL: 'http://127.0.0.1:9000/' }).stripe?.apiUrl).toBe(
      'http://127.0.0.1:9000',
    )
    for (const name of Object.keys(both)) {
      const other = Object.keys(both).find((one) => one !== name)
      expect(faultsOf({ ...both, [name]: '' })).toEqual([`${name} must be set where ${other} is`])
    }
    expect(faultsOf({ ...both, STRIPE_API_URL: 'https://a.example/v1' })).toHaveLength(1)
    expect(loadConfig({ STRIPE_API_URL: 'http://127.0.0.1:9000' }).stripe).toBe(null)
  })
})

describe('the number behind WhatsApp', () => {
  test('Meta needs all five, and each that is missing is named', () => {
    for (const env of [{ SIMULATOR: 'off' }, { WHATSAPP_API_URL: 'https://graph.facebook.com' }] as Environment[]) {
      expect(faultsOf(env).map((line) => line.split(' ')[0])).toEqual(Object.keys(meta))
      for (const name of Object.keys(meta)) {
        expect(faultsOf({ ...env, ...meta, [name]: '' })).toEqual([`${name} must be set where the API is Meta's`])
      }
      expect(loadConfig({ ...env, ...meta })).toMatchObject({
        simulator: null,
        whatsapp: {
          apiUrl: 'https://graph.facebook.com',
          accessToken: 'EAAG-token',
          phoneNumberId: '106540352242922',
          businessAccountId: '102290129340398',
          appSecret: 'app-secret',
          verifyToken: 'verify-me',
        },
      })
    }
  })

  test('an access token alone means Meta, and turns the simulator off', () => {
    expect(loadConfig(meta)).toMatchObject({ simulator: null, whatsapp: { apiUrl: 'https://graph.facebook.com' } })
    expect(faultsOf({ WHATSAPP_ACCESS_TOKEN: 'EAAG' })).toHaveLength(4)
  })

  test('another address means another simulator, which needs nothing more', () => {
    expect(loadConfig({ WHATSAPP_API_URL: 'http://127.0.0.1:9000/' })).toMatchObject({
      simulator: null,
      whatsapp: { apiUrl: 'http://127.0.0.1:9000', accessToken: 'simulator-token' },
    })
    const lookalike = 'https://graph.notfacebook.com'
    expect(loadConfig({ WHATSAPP_API_URL: lookalike }).whatsapp.apiUrl).toBe(lookalike)
  })

  test('the other settings of a number do not turn the simulator off: it answers to them', () => {
    const { WHATSAPP_ACCESS_TOKEN: _, ...others } = meta
    expect(loadConfig(others)).toMatchObject({
      simulator: { port: 4001 },
      whatsapp: { accessToken: 'simulator-token', phoneNumberId: '106540352242922', appSecret: 'app-secret' },
    })
  })

  test('SIMULATOR=on runs it whatever else is set, and it is the API where no address says otherwise', () => {
    expect(loadConfig({ ...meta, SIMULATOR: 'on', SIMULATOR_PORT: '4100' })).toMatchObject({
      simulator: { port: 4100 },
      whatsapp: { apiUrl: 'http://127.0.0.1:4100', accessToken: 'EAAG-token' },
    })
    const elsewhere = { SIMULATOR: 'on', WHATSAPP_API_URL: 'http://127.0.0.1:9000' }
    expect(loadConfig(elsewhere)).toMatchObject({
      simulator: { port: 4001 },
      whatsapp: { apiUrl: 'http://127.0.0.1:9000' },
    })
  })

  test('how long an unknown send waits is 60 seconds with the simulator, else 900, unless it is set', () => {
    const grace = (env: Environment) => loadConfig(env).sends.unknownGraceSeconds
    expect(grace({})).toBe(60)
    expect(grace({ WHATSAPP_API_URL: 'http://localhost:9000' })).toBe(60)
    expect(grace({ SIMULATOR: 'on', WHATSAPP_API_URL: 'http://127.0.0.1:9000' })).toBe(60)
    expect(grace(meta)).toBe(900)
    expect(grace({ WHATSAPP_API_URL: 'https://gateway.example.com' })).toBe(900)
    expect(grace({ ...meta, SEND_UNKNOWN_GRACE_SECONDS: '30' })).toBe(30)
  })
})

test('what is logged of the configuration at start holds no secret', () => {
  const bootstrapKey = generateApiKey()
  const config = loadConfig({
    ...meta,
    WHATSAPP_API_URL: 'https://proxy:hunter2@graph.facebook.com/meta',
    DATABASE_URL: 'postgres://u:hunter2@db/kaanha',
    REDIS_URL: 'redis://u:hunter2@cache',
    KAANHA_BOOTSTRAP_KEY: bootstrapKey,
    KAANHA_ENCRYPTION_KEYS: `k1:${base64Key}`,
  })
  const logged = JSON.stringify(describeConfig(config))
  expect(logged).toContain('https://graph.facebook.com/meta')
  for (const secret of ['hunter2', bootstrapKey, base64Key, 'EAAG-token', 'app-secret', 'verify-me']) {
    expect(logged).not.toContain(secret)
  }
})
