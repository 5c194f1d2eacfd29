import { timingSafeEqual } from 'node:crypto'
import { Router } from 'express'
import { connectionSecrets, connectionsByPhoneNumberId } from '../connections/connections.js'
import type { Context } from '../context.js'
import type { Deliveries } from '../messages/inbound/deliveries.js'
import { phoneNumberIds } from '../whatsapp/inbound.js'
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
  router.get('/', (req, res) => {
    const { 'hub.mode': mode, 'hub.verify_token': token, 'hub.challenge': challenge } = req.query
    const good = mode === 'subscribe' && typeof token === 'string' && sameText(token, ctx.config.whatsapp.verifyToken)
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

/**
 * The ids in the unverified body only choose whose secrets to check with: the signature must fit every number of ours
 * that the body names, so that nobody's secret vouches for another's number. Where it names none, the environment's.
 */
async function isSigned(ctx: Context, body: Buffer, signature: string | undefined): Promise<boolean> {
  if (signature === undefined) return false
  const connections = await connectionsByPhoneNumberId(ctx, phoneNumberIds(parse(body)))
  const secrets = new Set(connections.map((connection) => connectionSecrets(ctx, connection).appSecret))
  if (secrets.size === 0) secrets.add(ctx.config.whatsapp.appSecret)
  return [...secrets].every((secret) => verifySignature(body, signature, secret))
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
