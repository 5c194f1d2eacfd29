import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, inbound, refusal } from '../support/graph.js'
import { form, png } from '../support/media-files.js'
import { describeServer, newPhone, startServer, type TestServer } from '../support/server.js'

const create = `mutation ($input: CreateQuickReplyInput!) {
  createQuickReply(input: $input) { quickReply { id shortcut text mediaId media { mimeType } } }
}`
const update = `mutation ($input: UpdateQuickReplyInput!) {
  updateQuickReply(input: $input) { quickReply { id shortcut text mediaId } }
}`
const remove =
  'mutation ($id: ID!) { deleteQuickReply(input: { id: $id }) { quickReply { id shortcut media { mimeType } } } }'
const list = 'query ($search: String) { quickReplies(search: $search) { totalCount nodes { id shortcut text } } }'

describeServer('quick replies', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  const newReply = async (input: object) => (await ask(server, create, { input })).createQuickReply.quickReply
  const upload = async () => (await server.rest('POST', '/media', form([['file', png, 'a.png']]))).json.mediaId
  const shortcuts = async (search?: string) =>
    (await ask(server, list, { search })).quickReplies.nodes.map((node: { shortcut: string }) => node.shortcut)

  test('are found by shortcut and text, whatever the case, and by nothing else', async () => {
    const hours = await newReply({ shortcut: '/Hours', text: 'We are open from 9 to 18. ÖFFNUNG' })
    expect(hours).toMatchObject({ id: expect.stringMatching(/^qrp_/), shortcut: 'hours', media: null })
    await newReply({ shortcut: 'thanks', text: 'Thank you, 100% of us' })
    expect(await shortcuts()).toEqual(['thanks', 'hours'])
    for (const search of ['HOUR', '/hour', 'öffnung', ' 9 to ']) expect(await shortcuts(search)).toEqual(['hours'])
    expect(await shortcuts('100%')).toEqual(['thanks'])
    expect(await shortcuts('0%0')).toEqual([])
    expect(await ask(server, 'query ($id: ID!) { node(id: $id) { id } }', { id: hours.id })).toEqual({
      node: { id: hours.id },
    })
  })

  test('have each shortcut once in an organization, also when made at the same moment', async () => {
    const input = { shortcut: 'Once', text: 'x' }
    const answers = await Promise.all([1, 2, 3].map(() => server.graphql(create, { input })))
    const made = answers.flatMap(({ data }) => data?.createQuickReply?.quickReply ?? [])
    expect(made).toHaveLength(1)
    const conflict = { code: 'CONFLICT', existingId: made[0].id, details: [{ path: 'shortcut' }] }
    for (const { errors } of answers) if (errors) expect(errors[0]?.extensions).toMatchObject(conflict)
    const other = await newReply({ shortcut: 'other', text: 'x' })
    expect(await refusal(server, update, { input: { id: other.id, shortcut: '/ONCE' } })).toMatchObject(conflict)
  })

  test.each([
    [{ shortcut: 'two words', text: 'x' }, 'BAD_REQUEST', 'shortcut'],
    [{ shortcut: '/', text: 'x' }, 'BAD_REQUEST', 'shortcut'],
    [{ shortcut: 'x'.repeat(51), text: 'x' }, 'BAD_REQUEST', 'shortcut'],
    [{ shortcut: 'empty', text: '  ' }, 'BAD_REQUEST', 'text'],
    [{ shortcut: 'long', text: 'x'.repeat(4097) }, 'BAD_REQUEST', 'text'],
    [{ shortcut: 'nothing' }, 'BAD_REQUEST', 'text'],
    [{ shortcut: 'nofile', mediaId: 'med_nothing' }, 'NOT_FOUND', undefined],
  ])('%j is %s', async (input, code, path) => {
    const refused = await refusal(server, create, { input })
    expect(refused).toMatchObject({ code, ...(path ? { details: [{ path }] } : {}) })
  })

  test('change field by field, and never become empty', async () => {
    const mediaId = await upload()
    const { id } = await newReply({ shortcut: 'both', text: 'x', mediaId })
    const changed = async (input: object) =>
      (await ask(server, update, { input: { id, ...input } })).updateQuickReply.quickReply
    expect(await changed({ text: null })).toMatchObject({ shortcut: 'both', text: null, mediaId })
    expect(await refusal(server, update, { input: { id, mediaId: null } })).toMatchObject({ code: 'BAD_REQUEST' })
    expect(await changed({ text: 'y', mediaId: null })).toMatchObject({ text: 'y', mediaId: null })
    await changed({ mediaId })
    const deleted = (await ask(server, remove, { id })).deleteQuickReply.quickReply
    expect(deleted).toEqual({ id, shortcut: 'both', media: { mimeType: 'image/png' } })
    expect(await refusal(server, update, { input: { id, text: 'z' } })).toMatchObject({ code: 'NOT_FOUND' })
    expect((await server.call('GET', `/api/media/${mediaId}`)).status).toBe(200)
  })

  describe('with a file', () => {
    test('keep it when the contact who was sent it is deleted', async () => {
      const [mediaId, other] = [await upload(), await upload()]
      await newReply({ shortcut: 'file', mediaId })
      const phone = newPhone()
      const { contactId } = await inbound(server, phone, 'hello')
      for (const id of [mediaId, other]) {
        expect((await server.rest('POST', '/send', { to: phone, type: 'image', mediaId: id })).status).toBe(200)
      }
      await ask(server, 'mutation ($id: ID!) { deleteContact(input: { id: $id }) { contact { id } } }', {
        id: contactId,
      })
      expect((await server.call('GET', `/api/media/${mediaId}`)).status).toBe(200)
      expect((await server.call('GET', `/api/media/${other}`)).status).toBe(404)
    })
  })
})
