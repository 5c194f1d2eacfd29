import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http'
import { gunzipSync } from 'node:zlib'
import express from 'express'
import { buildSchema, parse, validate } from 'graphql'
import { createSchema, createYoga } from 'graphql-yoga'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { graphiqlTabs } from '../src/http/graphiql/tabs.js'
import { createGraphiqlPage } from '../src/http/graphiql.js'
import { chromiumPath, openBrowser } from './support/chromium.js'
import { eventually } from './support/wait.js'

type Asked = { operation: string | null; variables: unknown; authorization: string | undefined; accept: string }

/** Only as much of the graph as the three tabs name, answering with what it was asked. */
const typeDefs = /* GraphQL */ `
  type Contact { id: ID! name: String phone: String tags: [String!]! }
  type Message {
    id: ID! conversationId: ID direction: String type: String status: String text: String createdAt: String
  }
  type Messages { nodes: [Message!]! }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type Conversation {
    id: ID! status: String unreadCount: Int lastMessageAt: String windowExpiresAt: String
    contact: Contact! messages(first: Int): Messages!
  }
  type Conversations { nodes: [Conversation!]! pageInfo: PageInfo! }
  type Query { conversations(first: Int, after: String): Conversations! }
  input TextInput { text: String! }
  input ContentInput { text: TextInput }
  input SendMessageInput { to: String! content: ContentInput! }
  type SendMessagePayload { message: Message! }
  type Mutation { sendMessage(input: SendMessageInput!): SendMessagePayload! }
  type MessageEvent { cursor: String! type: String! message: Message }
  type Subscription { messages(conversationId: ID, after: String): MessageEvent! }
`

const resolvers = {
  Query: {
    conversations: (_root: unknown, { first }: { first: number }) => ({
      nodes: [
        { id: `cnv_asked_for_${first}`, contact: { id: 'con_1', name: 'Asha', tags: [] }, messages: { nodes: [] } },
      ],
      pageInfo: { hasNextPage: false },
    }),
  },
  Mutation: {
    sendMessage: (_root: unknown, { input }: { input: { to: string; content: { text: { text: string } } } }) => ({
      message: { id: `msg_to_${input.to}`, text: input.content.text.text },
    }),
  },
  Subscription: {
    messages: {
      async *subscribe() {
        yield {
          messages: { cursor: 'cursor-1', type: 'message.received', message: { id: 'msg_1', text: 'first event' } },
        }
        yield {
          messages: { cursor: 'cursor-2', type: 'message.received', message: { id: 'msg_2', text: 'second event' } },
        }
      },
    },
  },
}

const asked: Asked[] = []
let server: Server
let origin: string

beforeAll(async () => {
  const yoga = createYoga({
    schema: createSchema({ typeDefs, resolvers }),
    graphiql: false,
    logging: false,
    plugins: [
      {
        onParams({ params, request }) {
          asked.push({
            operation: params.operationName ?? null,
            variables: params.variables,
            authorization: request.headers.get('authorization') ?? undefined,
            accept: request.headers.get('accept') ?? '',
          })
        },
      },
    ],
  })
  const app = express()
  app.get('/graphql', createGraphiqlPage())
  app.use('/graphql', yoga)
  server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
})

afterAll(() => {
  server.close().closeAllConnections()
})

const browserAccept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'

type Answer = { status: number | undefined; headers: IncomingHttpHeaders; body: Buffer }

/** Unlike fetch, says what went over the wire. */
async function get(path: string, headers: Record<string, string>, method = 'GET'): Promise<Answer> {
  const sent = request(`${origin}${path}`, { headers, method }).end()
  const [response] = await once(sent, 'response')
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }
}

describe('GET /graphql from a browser', () => {
  it('is the page, compressed, and the same page for a client that cannot decompress', async () => {
    const compressed = await get('/graphql', { accept: browserAccept, 'accept-encoding': 'gzip, deflate, br' })
    expect(compressed.status).toBe(200)
    expect(compressed.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-encoding': 'gzip',
      'content-length': String(compressed.body.length),
    })
    expect(compressed.headers.vary).toMatch(/Accept-Encoding/)
    expect(compressed.body.length).toBeLessThan(3_000_000)

    const plain = await get('/graphql', { accept: browserAccept })
    expect(plain.headers).not.toHaveProperty('content-encoding')
    expect(plain.body.equals(gunzipSync(compressed.body))).toBe(true)
    expect(plain.body.toString('utf8', 0, 100).trimStart()).toMatch(/^<!doctype html>/)
  })

  it('is 304 where the browser has the page already', async () => {
    const first = await get('/graphql', { accept: browserAccept, 'accept-encoding': 'gzip' }, 'HEAD')
    expect(first.status).toBe(200)
    const etag = String(first.headers.etag)
    const again = await get('/graphql', { accept: browserAccept, 'accept-encoding': 'gzip', 'if-none-match': etag })
    expect(again).toMatchObject({ status: 304, headers: { etag } })
    expect(again.body).toHaveLength(0)
  })

  it('is the page for a link with a query in it, and the graph for a program', async () => {
    const path = `/graphql?query=${encodeURIComponent('{ __typename }')}`
    expect((await get(path, { accept: browserAccept }, 'HEAD')).headers['content-type']).toContain('text/html')
    for (const accept of ['application/json', 'application/graphql-response+json', '*/*']) {
      const { body } = await get(path, { accept })
      expect(JSON.parse(body.toString())).toEqual({ data: { __typename: 'Query' } })
    }
  })
})

describe('the tabs of the playground', () => {
  it('hold documents that the graph accepts', () => {
    const schema = buildSchema(readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'))
    const faults = graphiqlTabs.flatMap(({ query }) => validate(schema, parse(query)).map((fault) => fault.message))
    expect(faults).toEqual([])
  })
})

describe.skipIf(!chromiumPath)('the playground in a browser (needs Chromium)', () => {
  let browser: Awaited<ReturnType<typeof openBrowser>>
  const key = 'kaanha_typed_into_the_page'

  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())

  async function open() {
    asked.length = 0
    const page = await browser.context.newPage()
    const requests: string[] = []
    const complaints: string[] = []
    page.on('request', (sent) => requests.push(sent.url()))
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(`${origin}/graphql`)
    await page.getByRole('tab').nth(2).waitFor()
    return { page, requests, complaints }
  }

  const tabs = (page: Page) => page.getByRole('tab').allInnerTexts()
  const last = (operation: string) => asked.findLast((each) => each.operation === operation)

  /** Tabs still glide into place after the page has opened, and a click then only holds one back. */
  async function show(page: Page, name: string) {
    const tab = page.getByRole('tab', { name })
    await eventually(async () => {
      await tab.getByText(name).click()
      return (await tab.getAttribute('aria-selected')) === 'true'
    })
  }

  /** GraphiQL takes a moment to notice which operation a tab holds, and refuses to run it before. */
  async function run(page: Page, expected: string) {
    await eventually(async () => {
      await page.getByRole('button', { name: /^Execute query/ }).click()
      const shown = page.locator('.graphiql-response').getByText(expected).first()
      return shown.waitFor({ timeout: 1_000 }).then(
        () => true,
        () => false,
      )
    })
  }

  async function typeKey(page: Page, value = key) {
    await page.getByLabel('API key').fill(value)
    await page.getByLabel('API key').press('Enter')
  }

  it('opens with the tabs Send, Inbox and Live, asks no other host, and breaks no rule of its policy', async () => {
    const { page, requests, complaints } = await open()
    expect(await tabs(page)).toEqual(['Send', 'Inbox', 'Live'])
    await eventually(() => last('IntrospectionQuery') !== undefined)
    await show(page, 'Inbox')
    await page.locator('.graphiql-query-editor').getByText('lastMessageAt').waitFor()
    const hosts = new Set(
      requests.map((url) => new URL(url)).map((url) => (url.protocol === 'blob:' ? origin : url.origin)),
    )
    expect([...hosts]).toEqual([origin])
    expect(complaints).toEqual([])
    await page.close()
  })

  it('sends the key that was typed in with queries and mutations, and reads the schema again with it', async () => {
    const { page } = await open()
    await eventually(() => last('IntrospectionQuery') !== undefined)
    expect(last('IntrospectionQuery')?.authorization).toBeUndefined()
    await typeKey(page)
    await eventually(() => last('IntrospectionQuery')?.authorization === `Bearer ${key}`)

    await run(page, 'msg_to_+91 98765 00001')
    expect(last('Send')).toMatchObject({
      authorization: `Bearer ${key}`,
      variables: JSON.parse(graphiqlTabs[0].variables),
    })

    await show(page, 'Inbox')
    await run(page, 'cnv_asked_for_20')
    expect(last('Inbox')).toMatchObject({ authorization: `Bearer ${key}` })
    await page.close()
  })

  it('sends the key with subscriptions, and shows their events', async () => {
    const { page } = await open()
    await typeKey(page, `Bearer ${key}`)
    await show(page, 'Live')
    await run(page, 'second event')
    expect(last('Live')).toMatchObject({ authorization: `Bearer ${key}`, accept: 'text/event-stream' })
    await page.close()
  })

  it('keeps the key in no storage, no address and no later visit', async () => {
    const { page } = await open()
    await typeKey(page)
    await run(page, 'msg_to_')
    const kept = await page.evaluate(
      'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href])',
    )
    expect(kept).not.toContain(key)
    await page.reload()
    await page.getByRole('tab').nth(2).waitFor()
    expect(await page.getByLabel('API key').inputValue()).toBe('')
    expect(await tabs(page)).toEqual(['Send', 'Inbox', 'Live'])
    await page.close()
  })
})
