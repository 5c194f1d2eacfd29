import { existsSync } from 'node:fs'
import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../src/core/ids.js'
import { png, uploaded } from '../support/media-files.js'
import { describeServer, eventually, startServer, type TestServer } from '../support/server.js'

const hour = 3_600_000

describeServer('files that no row names', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.dispose())

  const pathOf = (id: string) => join(server.env.DATA_DIR ?? '', 'media', id.slice(-2), id)
  const age = (path: string, ageMs: number) => {
    const time = new Date(Date.now() - ageMs)
    return utimes(path, time, time)
  }
  const put = async (path: string, ageMs: number) => {
    await mkdir(join(path, '..'), { recursive: true })
    await writeFile(path, png)
    await age(path, ageMs)
    return path
  }

  test('are removed with a start, half files too; young ones stay, and those that a row names', async () => {
    const kept = pathOf(await uploaded(server, png))
    await age(kept, 3 * hour)
    const orphan = await put(pathOf(newId('Media')), 3 * hour)
    const half = await put(join(server.env.DATA_DIR ?? '', 'media', '.incoming', 'half'), 3 * hour)
    const young = await put(pathOf(newId('Media')), hour)
    await server.restart()
    await eventually(() => !existsSync(orphan) && !existsSync(half))
    expect([existsSync(kept), existsSync(young)]).toEqual([true, true])
  })

  test('stay where the folder belongs to another database', async () => {
    const orphan = await put(pathOf(newId('Media')), 3 * hour)
    await writeFile(join(server.env.DATA_DIR ?? '', 'media', '.owner'), newId('Organization'))
    await server.restart()
    await eventually(() => server.output().includes('belongs to another database'))
    expect(existsSync(orphan)).toBe(true)
  })
})
