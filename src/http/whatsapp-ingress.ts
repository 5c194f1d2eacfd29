import { timingSafeEqual } from 'node:crypto'
import { Router } from 'express'
import { connectionsNamed, readableSecrets } from '../connections/connections.js'
import { verifyTokenHash } from '../connections/secrets.js'
import type { Context } from '../context.js'
import type { WhatsAppConnection } from '../generated/prisma/client.js'
import type { Deliveries } from '../messages/inbound/deliveries.js'
import { businessAccountIds, maxIds, phoneNumberIds } from '../whatsapp/inbound.js'
import { verifySignature } from '../whatsapp/signature.js'
import { bytesOf, rawBody } from './body.js'

/** WhatsApp's payloads may be 3 MB (whatsapp-cloud-api.md, section 4). */
const maxDeliveryBytes = 4_000_000

/**
 * Where WhatsApp delivers (architecture, flow 2): the verify handshake, and signed deliveries, answered 200 only when
 * the raw body is stored. A delivery whose signature fits none of the numbers it names is answered 401 and forgotten.
 */
export function whatsappIngress(ctx: Context, deliveries: Deliveries): Router {
  const router = Router()
  router.get('/', async (req, res) => {
    const { 'hub.mode': mode, 'hub.verify_token': token, 'hub.challenge': challenge } = req.query
    const good = mode === 'subscribe' && typeof token === 'string' && (await isVerifyToken(ctx, token))
    if (good && typeof challenge === 'string') res.type('text/plain').send(challenge)
    else res.status(403).end()
  })
  router.post('/', rawBody(maxDeliveryBytes), async (req, res) => {
    const body = bytesOf(req)
    if (!(await isSigned(ctx, body, req.get('x-hub-signature-256')))) {
      ctx.logger.warn('a webhook delivery was refused: its signature does not fit')
      res.status(401).end()
      return
    }
    await deliveries.accept(body)
    res.status(200).end()
  })
  return router
}

/** The environment's, or that of a number that has been connected. */
async function isVerifyToken(ctx: Context, token: string): Promise<boolean> {
  if (sameText(token, ctx.config.whatsapp.verifyToken)) return true
  const [found] = await ctx.database.query(
    'SELECT 1 AS n FROM "WhatsAppConnection" WHERE "verifyTokenHash" = $1 LIMIT 1',
    [Buffer.from(verifyTokenHash(token))],
  )
  return found !== undefined
}

/**
 * The ids in the unverified body only choose whose secrets to check with: the signature must fit every number of ours
 * that the body names, and a number of each organization whose account it names, so that nobody's secret vouches for
 * another's number or templates. Where it names nothing of ours, the environment's.
 */
async function isSigned(ctx: Context, body: Buffer, signature: string | undefined): Promise<boolean> {
  if (signature === undefined) return false
  const parsed = parse(body)
  const named = { phoneNumberIds: phoneNumberIds(parsed), businessAccountIds: businessAccountIds(parsed) }
  // Further accounts would be looked at by nobody here, but by whoever processes the body. WhatsApp names one or two.
  if (named.businessAccountIds.length >= maxIds) return false
  const connections = await connectionsNamed(ctx, named)
  if (connections.length === 0) return verifySignature(body, signature, ctx.config.whatsapp.appSecret)
  const verdicts = new Map<string, boolean>()
  const fits = (connection: WhatsAppConnection) => {
    const secret = readableSecrets(ctx, connection)?.appSecret ?? ''
    const verdict = verdicts.get(secret) ?? verifySignature(body, signature, secret)
    verdicts.set(secret, verdict)
    return verdict
  }
  const numbers = connections.filter(({ phoneNumberId }) => named.phoneNumberIds.includes(phoneNumberId))
  // Whoever has disconnected an account has no say in it any more.
  const connected = connections.filter(({ source, secrets }) => source === 'ENVIRONMENT' || secrets !== null)
  const organizations = new Set(connected.map(({ organizationId }) => organizationId))
  return (
    connected.length > 0 &&
    numbers.every(fits) &&
    [...organizations].every((id) => connections.some((row) => row.organizationId === id && fits(row)))
  )
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return null
  }
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
