import { type ErrorDetail, GraphError, ownHeaders, unreachable } from './graph.ts'

export type Bootstrap = {
  signedIn: boolean
  /** The simulator's address, where one runs beside the server. */
  simulatorUrl: string | null
}

/** @throws GraphError. */
export async function readSession(): Promise<Bootstrap> {
  const response = await ask('GET')
  return (await response.json()) as Bootstrap
}

/** The key goes into a cookie that this page cannot read. @throws GraphError. */
export async function signIn(key: string): Promise<void> {
  await ask('POST', { key })
}

/** @throws GraphError. */
export async function signOut(): Promise<void> {
  await ask('DELETE')
}

async function ask(method: string, body?: object): Promise<Response> {
  let response: Response
  try {
    response = await fetch('/console/session', {
      method,
      headers: { ...ownHeaders, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
  } catch {
    throw unreachable()
  }
  if (response.ok) return response
  const refusal = (await response.json().catch(() => null)) as Refusal | null
  if (!refusal) throw unreachable()
  const wait = response.headers.get('retry-after')
  throw new GraphError(refusal.error, refusal.code, refusal.details, wait ? Number(wait) : null, refusal.requestId)
}

type Refusal = { error: string; code: string; details?: ErrorDetail[]; requestId: string }
