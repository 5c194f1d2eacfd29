import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, eventCursor, eventsSince, inbound, refusal } from '../support/graph.js'
import { describeServer, newPhone, startServer, type TestServer } from '../support/server.js'

const create =
  'mutation ($input: CreateMemberInput!) { createMember(input: $input) { member { id name email active } } }'
const update = 'mutation ($input: UpdateMemberInput!) { updateMember(input: $input) { member { id name active } } }'
const remove = 'mutation ($id: ID!) { deleteMember(input: { id: $id }) { member { id name } } }'
const assign = `mutation ($input: AssignConversationInput!) {
  assignConversation(input: $input) { conversation { status assignedTo { id } } }
}`
const read = 'query ($id: ID!) { conversation(id: $id) { status assignedTo { id } } }'
const resolve = 'mutation ($id: ID!) { resolveConversation(input: { id: $id }) { conversation { status } } }'

describeServer('members', () => {
  let server: TestServer
  let count = 0
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  const newMember = async (): Promise<string> => {
    const input = { name: 'Ravi', email: `ravi${++count}@example.com` }
    return (await ask(server, create, { input })).createMember.member.id
  }
  const newConversation = async () => (await inbound(server, newPhone(), 'hello')).conversationId
  const now = async (id: string) => (await ask(server, read, { id })).conversation
  const assigned = async (input: object) => (await ask(server, assign, { input })).assignConversation.conversation
  const deactivate = (id: string) => ask(server, update, { input: { id, active: false } })

  test('have each email address once in an organization, whatever the case', async () => {
    const input = { name: ' Asha ', email: 'Asha@Example.com' }
    const { member } = (await ask(server, create, { input })).createMember
    expect(member).toEqual({
      id: expect.stringMatching(/^mbr_/),
      name: 'Asha',
      email: 'asha@example.com',
      active: true,
    })
    expect(await refusal(server, create, { input: { name: 'B', email: 'ASHA@example.com' } })).toMatchObject({
      code: 'CONFLICT',
      existingId: member.id,
    })
    for (const [path, wrong] of Object.entries({
      email: { name: 'B', email: 'nobody' },
      name: { name: ' ', email: 'b@c.de' },
    })) {
      expect(await refusal(server, create, { input: wrong })).toMatchObject({
        code: 'BAD_REQUEST',
        details: [{ path }],
      })
    }
    const renamed = await ask(server, update, { input: { id: member.id, name: 'Asha Rao' } })
    expect(renamed.updateMember.member).toEqual({ id: member.id, name: 'Asha Rao', active: true })
    await deactivate(member.id)
  })

  test('who leave or become inactive give back what they have, each with an event, and get nothing more', async () => {
    const [leaving, staying] = [await newMember(), await newMember()]
    const [open, done, others] = [await newConversation(), await newConversation(), await newConversation()]
    for (const id of [open, done]) await assigned({ id, memberId: leaving })
    await assigned({ id: others, memberId: staying })
    await ask(server, resolve, { id: done })
    const start = await eventCursor(server)
    await deactivate(leaving)
    const isReturn = ({ type, data }: { type: string; data: Record<string, unknown> }) =>
      type === 'conversation.assigned' && (data.conversation as { assignedTo: unknown }).assignedTo === null
    const events = await eventsSince(server, start, (event) => isReturn(event) && event.data.conversationId === done)
    expect(events.filter(isReturn).map(({ data }) => data.conversationId)).toEqual([open, done])
    expect(await now(open)).toEqual({ status: 'OPEN', assignedTo: null })
    expect(await now(done)).toEqual({ status: 'RESOLVED', assignedTo: null })
    expect(await now(others)).toEqual({ status: 'ASSIGNED', assignedTo: { id: staying } })
    expect(await refusal(server, assign, { input: { id: open, memberId: leaving } })).toMatchObject({
      code: 'NOT_FOUND',
    })

    expect((await ask(server, remove, { id: staying })).deleteMember.member).toEqual({ id: staying, name: 'Ravi' })
    expect(await now(others)).toEqual({ status: 'OPEN', assignedTo: null })
    expect(await refusal(server, remove, { id: staying })).toMatchObject({ code: 'NOT_FOUND' })
    const { members } = await ask(server, '{ members { nodes { id } } }')
    expect(members.nodes).toContainEqual({ id: leaving })
    expect(members.nodes).not.toContainEqual({ id: staying })
    await ask(server, remove, { id: leaving })
  })

  describe('least loaded', () => {
    const strategy = 'LEAST_LOADED'

    test('spreads conversations evenly, also those assigned at the same moment, and passes over who is inactive', async () => {
      const conversations = await Promise.all(Array.from({ length: 7 }, newConversation))
      const { members } = await ask(server, '{ members { nodes { id } } }')
      for (const { id } of members.nodes) await deactivate(id)
      expect(await refusal(server, assign, { input: { id: conversations[0], strategy } })).toMatchObject({
        code: 'CONFLICT',
      })
      const [one, two, away] = [await newMember(), await newMember(), await newMember()]
      await deactivate(away)
      const [first, ...others] = conversations
      await assigned({ id: first, memberId: one })
      const answers = await Promise.all(others.map((id) => assigned({ id, strategy })))
      const loads = new Map([[one, 1]])
      for (const { assignedTo } of answers) loads.set(assignedTo.id, (loads.get(assignedTo.id) ?? 0) + 1)
      expect([...loads.keys()].sort()).toEqual([one, two].sort())
      expect([...loads.values()].sort()).toEqual([3, 4])

      // Asked for again, a conversation stays with whom it lies well; what is resolved is no load.
      const twos = others.find((_, i) => answers[i].assignedTo.id === two) ?? ''
      expect((await assigned({ id: twos, strategy })).assignedTo.id).toBe(two)
      for (const [i, id] of others.entries()) if (answers[i].assignedTo.id === two) await ask(server, resolve, { id })
      expect((await assigned({ id: first, strategy })).assignedTo.id).toBe(two)
    })

    test('is not asked for together with a member', async () => {
      const input = { id: await newConversation(), memberId: await newMember(), strategy }
      expect(await refusal(server, assign, { input })).toMatchObject({
        code: 'BAD_REQUEST',
        details: [{ path: 'strategy' }],
      })
    })
  })
})
