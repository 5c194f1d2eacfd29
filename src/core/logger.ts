import { type DestinationStream, type Logger, pino } from 'pino'

export type { Logger }

/**
 * Where secrets, phone numbers and message text could stand in an object that is logged. Each is replaced, at the top
 * and one level down; what may be logged of a request is chosen by its door, field by field.
 */
const redactedKeys = [
  'authorization',
  'accessToken',
  'appSecret',
  'verifyToken',
  'secret',
  'password',
  'phone',
  'from',
  'to',
  'text',
  'body',
  'name',
  'email',
  'content',
  'data',
]

/** JSON lines on stdout: `level`, `time` (ISO 8601), `msg`, and the fields given. `level` is one of pino's. */
export const createLogger = (level: string, destination?: DestinationStream): Logger =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: redactedKeys.flatMap((key) => [key, `*.${key}`]), censor: '[redacted]' },
      serializers: { err: serializeError },
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  )

/**
 * An error's own words can quote a row ("Key (phone)=(+91...) already exists") or, from Prisma, the whole call with its
 * values: digits of phone length are masked, and of Prisma's words only the last paragraph is kept.
 */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return maskNumbers(String(error))
  return {
    type: error.name,
    message: wordsOf(error),
    stack: error.stack
      ?.split('\n')
      .filter((line) => /^\s+at /.test(line))
      .join('\n'),
    ...('code' in error ? { code: String(error.code) } : {}),
    ...(error.cause === undefined ? {} : { cause: serializeError(error.cause) }),
  }
}

function wordsOf({ name, message }: Error): string {
  const words = name.startsWith('PrismaClient') ? (message.trim().split('\n').at(-1) ?? '') : message
  return maskNumbers(words)
}

const maskNumbers = (text: string) => text.replace(/\+?\d{8,15}(?!\d)/g, '[number]')
