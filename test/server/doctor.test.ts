import { mkdir, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../src/core/ids.js'
import type { Report } from '../../src/doctor/finding.js'
import { png, uploaded } from '../support/media-files.js'
import { withDatabase } from '../support/rows.js'
import { describeServer, find, newPhone, startServer, type TestServer } from '../support/server.js'
import { runToEnd } from '../support/server-process.js'

describeServer('kaanha doctor', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  async function doctor(env = {}): Promise<Report & { exitCode: number | null; problems: string[] }> {
    const { exitCode, stdout } = await runToEnd('cli/doctor', ['--json'], { ...server.env, ...env })
    const report = JSON.parse(stdout) as Report
    const problems = report.findings.filter(({ severity }) => severity === 'problem').map(({ check }) => check)
    return { ...report, exitCode, problems: problems.sort() }
  }
  const messages = async () => (await server.rest('GET', '/messages')).json.data as { messageId: string }[]
  const pathOf = (id: string) => join(server.env.DATA_DIR ?? '', 'media', id.slice(-2), id)

  test('finds nothing wrong with a server that works, and says of what is wrong what to do', async () => {
    const phone = newPhone()
    const kept = await server.customerWrites(phone, 'kept')
    const lost = await server.customerWrites(phone, 'lost')
    await find(async () => (await messages()).length === 2)
    const mediaId = await uploaded(server, png)
    expect(await doctor()).toMatchObject({
      healthy: true,
      exitCode: 0,
      problems: [],
      examined: { messages: 2, files: 1 },
    })

    await server.stop()
    await rm(pathOf(mediaId))
    const orphan = newId('Media')
    await mkdir(join(pathOf(orphan), '..'), { recursive: true })
    await writeFile(pathOf(orphan), png)
    await utimes(pathOf(orphan), 0, 0)
    const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000)
    await withDatabase(server.env, async (rows) => {
      await rows.select('UPDATE "Conversation" SET "lastMessageId" = NULL')
      await rows.select('DELETE FROM "Message" WHERE wamid = $1', [lost])
      const [of] = await rows.select('SELECT "organizationId", id AS "conversationId", "contactId" FROM "Conversation"')
      const place = of as { organizationId: string; conversationId: string; contactId: string }
      const sent = { direction: 'OUTBOUND', status: 'QUEUED', createdAt: ago(60) }
      await rows.message(place, { ...sent, leaseExpiresAt: ago(10) })
      await rows.message(place, sent)
      await rows.insert('InboundDelivery', { body: Buffer.from('{}'), receivedAt: ago(10), nextAttemptAt: 'infinity' })
      const { organizationId } = place
      await rows.insert('Webhook', {
        ...{ organizationId, id: newId('Webhook'), name: 'w', url: 'https://a.example', events: [], position: 0 },
        ...{ secret: Buffer.from([1, 3, ...Buffer.from('old'), ...Buffer.alloc(40)]), updatedAt: ago(1) },
      })
      await rows.select('UPDATE "Event" SET "createdAt" = $1', [ago(10)])
    })
    const ill = await doctor()
    expect(ill).toMatchObject({ healthy: false, exitCode: 1 })
    expect(ill.problems).toEqual(
      [
        ...['journal.given_up', 'journal.lost', 'media.missing', 'secrets.locked', 'sends.abandoned', 'sends.overdue'],
        'webhooks.behind',
      ].sort(),
    )
    const found = (check: string) => ill.findings.find((finding) => finding.check === check)
    expect(found('media.missing')?.examples).toEqual([mediaId])
    expect(found('media.orphans')?.examples).toEqual([orphan])
    expect(found('secrets.locked')?.what).toContain('the key old is missing')

    // What it says of a lost message brings the message back.
    await withDatabase(server.env, (rows) =>
      rows.select('UPDATE "InboundDelivery" SET "processedAt" = NULL, "nextAttemptAt" = now() WHERE id = ANY($1)', [
        found('journal.lost')?.examples,
      ]),
    )
    await server.restart()
    const wamids = await find(async () => {
      const all = (await messages()).map(({ messageId }) => messageId)
      return all.includes(lost) && all
    })
    expect(wamids).toContain(kept)
  })

  test('names bad variables, and reads no database that is of another version', async () => {
    expect(await doctor({ PORT: 'none' })).toMatchObject({ exitCode: 1, problems: ['config.bad'] })
    await server.stop()
    const name = '9999_from_the_future'
    await withDatabase(server.env, (rows) =>
      rows.insert('_prisma_migrations', { id: name, migration_name: name, checksum: '', finished_at: new Date() }),
    )
    expect(await doctor()).toMatchObject({ exitCode: 1, problems: ['schema.newer'] })
  })
})
