import type { z } from 'zod'
import { answeredWith, failureOf, parseJson } from './answers.js'
import { ExchangeFailure, type ExchangeRequest } from './exchange.js'
import type { HttpClient } from './http-client.js'
import type { Credentials } from './provider.js'

/** Requests to the Graph API under one base address and version, and what comes of them. */
export type GraphCalls = ReturnType<typeof createGraphCalls>

/** `base` is the API's address with the version: "https://graph.facebook.com/v24.0". */
export function createGraphCalls(http: HttpClient, base: string) {
  const headersFor = ({ accessToken }: Credentials): Record<string, string> => ({
    authorization: `Bearer ${accessToken}`,
    'user-agent': 'kaanha-graph',
    accept: 'application/json',
  })

  /** Ids are the account's own input: one that would climb out of its place in the path names nothing. */
  function urlOf(segments: readonly string[], query: Record<string, string> = {}): URL {
    if (segments.some((segment) => ['', '.', '..'].includes(segment))) throw new ExchangeFailure(false, 'no such id')
    const url = new URL(`${base}/${segments.map(encodeURIComponent).join('/')}`)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    return url
  }

  return {
    get: (credentials: Credentials, path: readonly string[], query?: Record<string, string>): ExchangeRequest => ({
      url: urlOf(path, query),
      method: 'GET',
      headers: headersFor(credentials),
    }),

    delete: (credentials: Credentials, path: readonly string[]): ExchangeRequest => ({
      url: urlOf(path),
      method: 'DELETE',
      headers: headersFor(credentials),
    }),

    post: (credentials: Credentials, path: readonly string[], body: unknown): ExchangeRequest => ({
      url: urlOf(path),
      method: 'POST',
      headers: { ...headersFor(credentials), 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),

    /** A file on its way, in a body whose length is told before. */
    upload: (
      credentials: Credentials,
      path: readonly string[],
      form: { body: ExchangeRequest['body']; contentType: string; contentLength: number },
    ): ExchangeRequest => ({
      url: urlOf(path),
      method: 'POST',
      headers: {
        ...headersFor(credentials),
        'content-type': form.contentType,
        'content-length': String(form.contentLength),
      },
      body: form.body,
    }),

    /** The answer where it is what `schema` says. @throws UpstreamFailure otherwise. */
    async ask<T>(schema: z.ZodType<T>, request: () => ExchangeRequest, kind: 'call' | 'transfer' = 'call'): Promise<T> {
      try {
        const { status, body } = await http.exchange(request(), kind)
        const answer = parseJson(body)
        const { data } = schema.safeParse(answer)
        if (isSuccess(status) && data !== undefined) return data
        throw answeredWith(status, answer)
      } catch (error) {
        throw failureOf(error)
      }
    },
  }
}

export const isSuccess = (status: number) => status >= 200 && status < 300
