import { existsSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../src/core/ids.js'
import { createS3Store } from '../../src/media/s3-store.js'
import { TooManyBytes } from '../../src/media/store.js'
import { png, uploaded } from '../support/media-files.js'
import { type S3Server, startS3 } from '../support/s3.js'
import { describeServer, find, newPhone, startServer, type TestServer } from '../support/server.js'
import { temporaryFolder } from '../support/temporary-folder.js'

describeServer('files in a bucket', () => {
  let s3: S3Server
  let server: TestServer
  beforeAll(async () => {
    s3 = await startS3()
    server = await startServer({ env: s3.env })
  })
  afterAll(async () => {
    await server.dispose()
    await s3.stop()
  })

  test('an upload is read back whole and in part, is sent, and nothing of it lies on the disk', async () => {
    const id = await uploaded(server, png)
    expect(await s3.keys()).toContain(id)
    const whole = await fetch(`${server.url}/api/media/${id}`, { headers: { authorization: `Bearer ${server.key}` } })
    expect(Buffer.from(await whole.arrayBuffer()).equals(png)).toBe(true)
    const part = await server.call('GET', `/api/media/${id}`, undefined, { range: 'bytes=1-3' })
    expect(part).toMatchObject({ status: 206, text: 'PNG' })
    expect(await readdir(join(server.env.DATA_DIR ?? '', 'media', '.incoming'))).toEqual([])

    const phone = newPhone()
    await server.customerWrites(phone, 'Show me')
    await find(async () => (await server.rest('GET', '/chats')).json.data[0])
    const sent = await server.rest('POST', '/send', { to: phone, type: 'image', mediaId: id })
    expect(sent).toMatchObject({ status: 200, json: { status: 'SENT' } })
  })

  test('what is too long is refused, and what no row names is removed', async () => {
    const folder = await temporaryFolder()
    const store = createS3Store(s3.settings, folder)
    const id = newId('Media')
    const before = await s3.keys()
    await expect(store.write(id, chunks(10, 1000), 9999)).rejects.toBeInstanceOf(TooManyBytes)
    expect(await s3.keys()).toEqual(before)
    await writeFile(join(folder, '.incoming', 'half'), 'x')

    const { size } = await store.write(id, chunks(10, 1000), 10_000)
    expect(size).toBe(10_000)
    expect(Buffer.from(await store.read(id, 9990, 50)).toString()).toBe('9'.repeat(10))
    expect(await store.read(newId('Media'), 0, 9)).toHaveLength(0)
    expect(await store.open(newId('Media'))).toBeNull()
    const old: string[] = []
    for await (const ids of store.writtenBefore(new Date(Date.now() + 60_000))) old.push(...ids)
    expect(old.sort()).toEqual((await s3.keys()).filter((key) => key.startsWith('med_')))
    expect(existsSync(join(folder, '.incoming', 'half'))).toBe(false)
    for (let n = 0; n < 2; n++) await store.remove(id)
    expect(await s3.keys()).not.toContain(id)
    // The server was there first.
    expect(await store.ownedBy('another')).toMatch(/^org_/)
  })
})

async function* chunks(count: number, length: number): AsyncGenerator<Uint8Array> {
  for (let n = 0; n < count; n++) yield Buffer.alloc(length, String(n))
}
