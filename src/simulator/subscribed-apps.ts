import { request } from 'undici'
import { GraphError, invalidParameter, requiredParameter } from './errors.js'
import type { GraphHandler } from './graph.js'
import { graphReply } from './http.js'
import { isHttpUrl } from './options.js'
import type { RandomSource } from './random.js'

const handshakeTimeoutMs = 10_000

export const getSubscribedApps: GraphHandler = (world) => graphReply({ data: world.subscription.shown })

export const deleteSubscribedApps: GraphHandler = (world) => {
  world.subscription.unsubscribe()
  return graphReply({ success: true })
}

/** Subscribes once the callback has passed the handshake; answers 400 with code 2200 or 2201 where it has not. */
export const postSubscribedApps: GraphHandler = async (world, graphRequest) => {
  const { override_callback_uri: override, verify_token: verifyToken } = await graphRequest.params()
  if (override !== undefined && (typeof override !== 'string' || !isHttpUrl(override))) {
    throw invalidParameter('Param override_callback_uri must be a valid URI')
  }
  if (override !== undefined && (typeof verifyToken !== 'string' || verifyToken === '')) {
    throw requiredParameter('verify_token')
  }
  const callback = override ?? world.options.callbackUrl
  const token = typeof verifyToken === 'string' && override !== undefined ? verifyToken : world.options.verifyToken
  if (callback !== null) await handshake(callback, token, world.random)
  world.subscription.subscribe(override ?? null)
  return graphReply({ success: true })
}

async function handshake(callback: string, verifyToken: string, random: RandomSource): Promise<void> {
  const challenge = String(1_000_000_000 + random.below(1_000_000_000))
  const url = new URL(callback)
  url.searchParams.set('hub.mode', 'subscribe')
  url.searchParams.set('hub.challenge', challenge)
  url.searchParams.set('hub.verify_token', verifyToken)
  const answer = await fetchChallenge(url)
  if (typeof answer === 'string') throw verificationFailed(`curl_error = ${answer}`)
  if (answer.status !== 200) throw verificationFailed(`HTTP Status Code = ${answer.status}`)
  if (answer.body !== challenge) {
    throw new GraphError({
      code: 2201,
      message: `(#2201) response does not match challenge, expected value="${challenge}", received="${answer.body.slice(0, 40)}"`,
    })
  }
}

const verificationFailed = (why: string) =>
  new GraphError({ code: 2200, message: `(#2200) Callback verification failed with the following errors: ${why}` })

/** The answer's status and first bytes, or why there was none. */
async function fetchChallenge(url: URL): Promise<{ status: number; body: string } | string> {
  const signal = AbortSignal.timeout(handshakeTimeoutMs)
  try {
    const response = await request(url, { method: 'GET', headers: { 'user-agent': 'facebookplatform/1.0' }, signal })
    let body = ''
    for await (const chunk of response.body) {
      body += String(chunk)
      if (body.length > 1000) break
    }
    return { status: response.statusCode, body }
  } catch (error) {
    return signal.aborted ? 'Operation timed out' : error instanceof Error ? error.message : 'no answer'
  }
}
