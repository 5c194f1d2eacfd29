import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export type ChatRequest = {
  path: string
  headers: IncomingHttpHeaders
  model: string
  temperature?: number
  messages: { role: string; content: string }[]
  /** What the customer wrote last. */
  last: string
}

export type ChatBehaviour =
  | string
  | { text?: string | null; handOver?: boolean }
  | { status: number; headers?: Record<string, string> }
  | 'hang up'
  | Promise<string>

export type AiProviderStandIn = {
  /** The base URL of an agent. */
  url: string
  requests: ChatRequest[]
  /** What is answered from now on, to each request; an echo by default. */
  behave(behaviour: (request: ChatRequest, n: number) => ChatBehaviour): void
  stop(): Promise<void>
}

const echo = ({ last }: ChatRequest) => `You said: ${last}`

/** OpenAI's chat completions as its API reference describes them, on a real socket. */
export async function startAiProvider(): Promise<AiProviderStandIn> {
  const requests: ChatRequest[] = []
  let behave: (request: ChatRequest, n: number) => ChatBehaviour = echo
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk)
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    const said = body.messages.filter(({ role }: { role: string }) => role === 'user')
    const request: ChatRequest = { ...body, path: req.url, headers: req.headers, last: said.at(-1)?.content ?? '' }
    requests.push(request)
    const answer = await behave(request, requests.length)
    if (answer === 'hang up') return req.socket.destroy()
    if (typeof answer === 'object' && 'status' in answer) return res.writeHead(answer.status, answer.headers).end('{}')
    const { text = null, handOver = false } = typeof answer === 'string' ? { text: answer } : answer
    const call = { id: 'call_1', type: 'function', function: { name: 'hand_over_to_person', arguments: '{}' } }
    const message = { role: 'assistant', content: text, ...(handOver ? { tool_calls: [call] } : {}) }
    res.writeHead(200, { 'content-type': 'application/json' })
    return res.end(JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion', choices: [{ index: 0, message }] }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    behave: (next) => {
      behave = next
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
