import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type AiProviderStandIn, startAiProvider } from '../support/ai-provider.js'
import { ask, eventCursor, eventsSince, inbound, refusal } from '../support/graph.js'
import { describeServer, eventually, find, newPhone, startServer, type TestServer } from '../support/server.js'

const fields = `id name task triggerKeywords handoverKeywords provider model baseUrl hasApiKey temperature maxTurns active
  businessHours { timeZone days { day from to } }`
const create = `mutation ($input: CreateAiAgentInput!) { createAiAgent(input: $input) { aiAgent { ${fields} } } }`
const update = `mutation ($input: UpdateAiAgentInput!) { updateAiAgent(input: $input) { aiAgent { ${fields} } } }`
const remove = 'mutation ($id: ID!) { deleteAiAgent(input: { id: $id }) { aiAgent { id } } }'
const conversationQuery = `query ($id: ID!) { conversation(id: $id) {
  status aiAgent { id } messages(first: 50) { nodes { direction status text sentBy aiAgentId } }
} }`
const assign =
  'mutation ($input: AssignConversationInput!) { assignConversation(input: $input) { conversation { id } } }'

type Shown = { direction: string; status: string; text: string; sentBy: string; aiAgentId: string | null }
const isOut = ({ direction }: Shown) => direction === 'OUTBOUND'

describeServer('AI agents', () => {
  let server: TestServer
  let provider: AiProviderStandIn
  beforeAll(async () => {
    provider = await startAiProvider()
    server = await startServer({ env: { ALLOW_PRIVATE_URLS: 'on' } })
  })
  beforeEach(() => provider.behave(({ last }) => `You said: ${last}`))
  afterAll(async () => {
    await server.dispose()
    await provider.stop()
  })

  const given = { name: 'Asha', task: 'FAQ', prompt: 'We sell tea.', provider: 'CUSTOM', model: 'small', active: true }
  const newAgent = async (more: object = {}): Promise<{ id: string }> =>
    (await ask(server, create, { input: { ...given, baseUrl: provider.url, ...more } })).createAiAgent.aiAgent
  const drop = (agent: { id: string }) => ask(server, remove, { id: agent.id })
  const changed = (input: object) => ask(server, update, { input })

  /** An agent for one test: no other one answers meanwhile. */
  async function withAgent(more: object, run: (agent: { id: string }) => Promise<void>): Promise<void> {
    const agent = await newAgent(more)
    try {
      await run(agent)
    } finally {
      await drop(agent)
    }
  }

  type Now = { status: string; aiAgent: { id: string } | null; messages: Shown[]; answers: Shown[] }
  const now = async (id: string): Promise<Now> => {
    const { conversation } = await ask(server, conversationQuery, { id })
    const messages: Shown[] = conversation.messages.nodes.reverse()
    return { ...conversation, messages, answers: messages.filter(isOut) }
  }
  const answersOf = (id: string, count: number) =>
    find(async () => {
      const conversation = await now(id)
      return conversation.answers.length >= count && conversation
    }, 40_000)
  const statusOf = (id: string, status: string) => eventually(async () => (await now(id)).status === status, 40_000)

  /** What would be answered has been by the time that another customer, who wrote later, is. */
  async function settled(word = 'tea'): Promise<void> {
    const { conversationId } = await inbound(server, newPhone(), word)
    await answersOf(conversationId, 1)
  }

  /** The events up to the one that says that a conversation was given to people, and why. */
  const handover = async (start: string, conversationId: string) => {
    const events = await eventsSince(
      server,
      start,
      ({ type, data }) =>
        type === 'conversation.opened' && data.conversationId === conversationId && 'handover' in data,
    )
    return events.at(-1)?.data.handover
  }

  test('are kept as given; what a provider needs is asked for; the key is never shown', async () => {
    const businessHours = { timeZone: 'Asia/Kolkata', days: [{ day: 'MONDAY', from: '09:00', to: '24:00' }] }
    const key = 'sk-of-the-test'
    const more = { active: false, apiKey: key, temperature: 0.5, triggerKeywords: ['tea', 'tea'], businessHours }
    const agent = await newAgent(more)
    expect(agent).toEqual({
      ...given,
      prompt: undefined,
      id: expect.stringMatching(/^agt_/),
      active: false,
      baseUrl: provider.url,
      hasApiKey: true,
      temperature: 0.5,
      maxTurns: 10,
      triggerKeywords: ['tea'],
      handoverKeywords: ['human'],
      businessHours,
    })
    expect(JSON.stringify(agent)).not.toContain(key)
    const wrong = async (input: object) =>
      refusal(server, create, { input: { ...given, baseUrl: provider.url, ...input } })
    for (const [path, input] of Object.entries({
      baseUrl: { baseUrl: null },
      temperature: { temperature: 3 },
      maxTurns: { maxTurns: 0 },
      apiKey: { apiKey: 'with space' },
      'triggerKeywords.0': { triggerKeywords: ['!'] },
      'businessHours.timeZone': { businessHours: { ...businessHours, timeZone: '+05:30' } },
      'businessHours.days.0.to': {
        businessHours: { ...businessHours, days: [{ day: 'MONDAY', from: '18:00', to: '09:00' }] },
      },
    })) {
      expect(await wrong(input)).toMatchObject({ code: 'BAD_REQUEST', details: [{ path }] })
    }
    expect(await wrong({ provider: 'OPENAI', baseUrl: null })).toMatchObject({ code: 'NOT_CONFIGURED' })
    const updated = await changed({ id: agent.id, name: 'Ravi', apiKey: null, businessHours: null, temperature: null })
    expect(updated.updateAiAgent.aiAgent).toMatchObject({
      name: 'Ravi',
      hasApiKey: false,
      businessHours: null,
      temperature: null,
      triggerKeywords: ['tea'],
    })
    await drop(agent)
    expect(await refusal(server, remove, { id: agent.id })).toMatchObject({ code: 'NOT_FOUND' })
  })

  test('answer from the word that calls them on, each message once, and after their turns a person has it', async () => {
    await withAgent({ triggerKeywords: ['tea'], maxTurns: 3, apiKey: 'sk-1', temperature: 0 }, async (agent) => {
      const phone = newPhone()
      const { conversationId } = await inbound(server, phone, 'Hello, my team')
      const other = await inbound(server, newPhone(), 'Tea?')
      await answersOf(other.conversationId, 1)
      expect(await now(conversationId)).toMatchObject({ status: 'OPEN', aiAgent: null, answers: [] })

      const start = await eventCursor(server)
      for (const [n, text] of ['I want TEA!', 'Green', 'Two'].entries()) {
        await inbound(server, phone, text)
        const { answers, status, aiAgent } = await answersOf(conversationId, n + 1)
        if (n < 2) expect([status, aiAgent]).toEqual(['AI_ACTIVE', { id: agent.id }])
        expect(answers.at(-1)).toMatchObject({ text: `You said: ${text}`, sentBy: 'AI_AGENT', aiAgentId: agent.id })
      }
      expect(await handover(start, conversationId)).toEqual({
        aiAgentId: agent.id,
        reason: 'The AI agent has had all its turns.',
      })
      await inbound(server, phone, 'More tea')
      await settled()
      const { messages, ...after } = await now(conversationId)
      expect(after).toMatchObject({ status: 'OPEN', aiAgent: null })
      expect(messages.map(({ text }) => text)).toEqual([
        ...['Hello, my team', 'I want TEA!', 'You said: I want TEA!', 'Green', 'You said: Green'],
        ...['Two', 'You said: Two', 'More tea'],
      ])
      expect(messages.filter((message) => !isOut(message)).map(({ sentBy }) => sentBy)).not.toContain('AI_AGENT')

      const [asked] = provider.requests.filter(({ last }) => last === 'Two')
      expect(asked).toMatchObject({ path: '/v1/chat/completions', model: 'small', temperature: 0 })
      expect(asked?.headers.authorization).toBe('Bearer sk-1')
      expect(asked?.messages[0]).toMatchObject({ role: 'system', content: expect.stringContaining('We sell tea.') })
      expect(asked?.messages.slice(-3)).toEqual([
        { role: 'user', content: 'Green' },
        { role: 'assistant', content: 'You said: Green' },
        { role: 'user', content: 'Two' },
      ])
      expect(provider.requests.filter(({ last }) => last === 'More tea')).toEqual([])

      // Resolved, it is free again.
      await ask(server, 'mutation ($id: ID!) { resolveConversation(input: { id: $id }) { conversation { id } } }', {
        id: conversationId,
      })
      await inbound(server, phone, 'tea again')
      expect((await answersOf(conversationId, 4)).status).toBe('AI_ACTIVE')
      // In REST the bot states are shown as they are, and counted among the open ones.
      const chats = (await server.rest('GET', '/chats?status=OPEN&limit=100')).json.data
      expect(chats.find(({ id }: { id: string }) => id === conversationId)).toMatchObject({ status: 'AI_ACTIVE' })
    })
  })

  test('give a conversation to a person where the customer or the model asks for one, and where one takes it', async () => {
    await withAgent({ handoverKeywords: ['human', 'real person'] }, async () => {
      const phones = [newPhone(), newPhone(), newPhone()] as const
      const ids = await Promise.all(phones.map(async (phone) => (await inbound(server, phone, 'hi')).conversationId))
      await Promise.all(ids.map((id) => answersOf(id, 1)))
      const [byCustomer = '', byModel = '', byPerson = ''] = ids
      const start = await eventCursor(server)
      await inbound(server, phones[0], 'A REAL person, please')
      expect(await handover(start, byCustomer)).toMatchObject({ reason: 'The customer asked for a person.' })
      expect((await now(byCustomer)).answers).toHaveLength(1)

      provider.behave(() => ({ text: 'I will fetch somebody.', handOver: true }))
      await inbound(server, phones[1], 'difficult')
      expect(await handover(start, byModel)).toMatchObject({ reason: 'The AI agent called a person.' })
      expect((await now(byModel)).answers.at(-1)).toMatchObject({ text: 'I will fetch somebody.', sentBy: 'AI_AGENT' })

      // Taken while the model thinks: its answer is not sent.
      let answer: (text: string) => void = () => undefined
      const thinking = new Promise<string>((resolve) => {
        answer = resolve
      })
      provider.behave(() => thinking)
      const before = provider.requests.length
      await inbound(server, phones[2], 'slow')
      await eventually(() => provider.requests.length > before)
      await ask(server, assign, { input: { id: byPerson, strategy: 'LEAST_LOADED' } })
      provider.behave(({ last }) => `You said: ${last}`)
      answer('too late')
      await settled()
      const { status, answers } = await now(byPerson)
      expect([status, answers.map(({ text }) => text)]).toEqual(['ASSIGNED', ['You said: hi']])
    })
  })

  test('never answer after STOP, nor outside their hours; START alone brings them back in nothing', async () => {
    await withAgent({}, async (agent) => {
      const phone = newPhone()
      const { conversationId } = await inbound(server, phone, 'hi')
      await answersOf(conversationId, 1)
      for (const text of ['STOP', 'are you there', 'START', 'hello?']) await inbound(server, phone, text)
      await settled()
      expect(await now(conversationId)).toMatchObject({ status: 'OPEN', answers: [{ text: 'You said: hi' }] })
      expect(provider.requests.filter(({ last }) => ['STOP', 'are you there'].includes(last))).toEqual([])

      // Two days ago and tomorrow, whatever the hour.
      const days = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY']
      const day = days[(new Date().getUTCDay() + 3) % 7]
      const engaged = await inbound(server, newPhone(), 'open')
      await answersOf(engaged.conversationId, 1)
      const businessHours = { timeZone: 'UTC', days: [{ day, from: '00:00', to: '24:00' }] }
      await changed({ id: agent.id, businessHours })
      const closed = await inbound(server, newPhone(), 'closed')
      const { contact } = await ask(server, 'query ($id: ID!) { contact(id: $id) { phone } }', {
        id: engaged.contactId,
      })
      await inbound(server, contact.phone, 'late')
      await statusOf(engaged.conversationId, 'OPEN')
      await changed({ id: agent.id, businessHours: null })
      await settled()
      expect((await now(closed.conversationId)).answers).toEqual([])
      expect((await now(engaged.conversationId)).answers).toHaveLength(1)
    })
  })

  test('whose provider fails ask it again, and then a person is told; what cannot pass is not asked for again', async () => {
    await withAgent({}, async (agent) => {
      const asked = (text: string) => provider.requests.filter(({ last }) => last === text).length
      const start = await eventCursor(server)
      provider.behave(({ last }, n) => {
        if (last === 'passing') return asked('passing') === 1 ? { status: 503 } : 'There you are.'
        if (last === 'key') return { status: 401 }
        return n % 2 ? { status: 500 } : 'hang up'
      })
      const [passing, key, down] = await Promise.all(
        ['passing', 'key', 'down'].map(async (text) => (await inbound(server, newPhone(), text)).conversationId),
      )
      expect((await answersOf(passing ?? '', 1)).answers[0]).toMatchObject({ text: 'There you are.' })
      expect(await handover(start, key ?? '')).toEqual({ aiAgentId: agent.id, reason: 'The provider answered 401.' })
      expect(asked('key')).toBe(1)
      await statusOf(down ?? '', 'OPEN')
      expect(asked('down')).toBe(4)
      expect(await now(down ?? '')).toMatchObject({ aiAgent: null, answers: [], messages: [{ text: 'down' }] })
    })
  })

  test('go on after a stop, and answer together what was written meanwhile, once', async () => {
    await withAgent({}, async () => {
      const never = new Promise<string>(() => undefined)
      provider.behave(({ last }) => (last === 'first' ? never : `You said: ${last}`))
      const phone = newPhone()
      const { conversationId } = await inbound(server, phone, 'first')
      await eventually(() => provider.requests.some(({ last }) => last === 'first'))
      for (const text of ['second', 'third']) await inbound(server, phone, text)
      await server.restart()
      await answersOf(conversationId, 1)
      await settled()
      expect((await now(conversationId)).answers.map(({ text }) => text)).toEqual(['You said: third'])
      const asked = provider.requests.filter(({ last }) => last === 'third')
      expect(asked).toHaveLength(1)
      expect(asked[0]?.messages.slice(1).map(({ content }) => content)).toEqual(['first', 'second', 'third'])
    })
  }, 120_000)

  test('that are deleted or made inactive leave their conversations to people, and answer nothing more', async () => {
    const agent = await newAgent()
    const phone = newPhone()
    const { conversationId } = await inbound(server, phone, 'hi')
    await answersOf(conversationId, 1)
    const start = await eventCursor(server)
    await changed({ id: agent.id, active: false })
    expect(await handover(start, conversationId)).toEqual({
      aiAgentId: agent.id,
      reason: 'The AI agent is no longer active.',
    })
    const second = await inbound(server, newPhone(), 'nobody')
    await drop(agent)
    const { answers, status } = await now(conversationId)
    expect([status, answers[0]]).toEqual(['OPEN', expect.objectContaining({ sentBy: 'AI_AGENT', aiAgentId: agent.id })])
    await withAgent({ triggerKeywords: ['tea'] }, () => settled())
    expect((await now(second.conversationId)).answers).toEqual([])
  })
})
