import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DataFolderInUse, takeLock } from '../src/database/lock-file.js'
import { deadPid, startChild } from './support/children.js'
import { temporaryFolder } from './support/temporary-folder.js'

const staleLock = async (pid: number) => JSON.stringify({ pid, started: 'another boot:1', nonce: `stale ${pid}` })

describe('the lock of the data folder', () => {
  it('is refused while its holder lives, naming the process and what to do in one line', async () => {
    const folder = await temporaryFolder()
    const path = join(folder, 'server.lock')
    const lock = await takeLock(path)
    const refusal = await takeLock(path).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(DataFolderInUse)
    expect(refusal).toMatchObject({ pid: process.pid })
    expect(String(refusal)).toMatch(new RegExp(`^DataFolderInUse: .*${folder}.*process ${process.pid}.*DATA_DIR\\.$`))
    await lock.release()
  })

  it('can be taken again once it is released, and releasing it twice takes nothing from the next holder', async () => {
    const path = join(await temporaryFolder(), 'server.lock')
    const first = await takeLock(path)
    await first.release()
    const second = await takeLock(path)
    await first.release()
    await expect(takeLock(path)).rejects.toBeInstanceOf(DataFolderInUse)
    await second.release()
  })

  it('is taken over from a process that was killed, and only then', async () => {
    const path = join(await temporaryFolder(), 'server.lock')
    const holder = startChild('embedded-child.mjs', 'lock', path)
    onTestFinished(holder.kill)
    await holder.nextLine()
    holder.send('take')
    expect(await holder.nextLine()).toBe('won')
    await expect(takeLock(path)).rejects.toMatchObject({ name: 'DataFolderInUse', pid: holder.pid })
    await holder.kill()
    const lock = await takeLock(path)
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid })
    await lock.release()
  })

  it.skipIf(process.platform !== 'linux')('is taken over where its pid belongs to another process by now', async () => {
    const path = join(await temporaryFolder(), 'server.lock')
    await writeFile(path, await staleLock(process.pid))
    await expect(takeLock(path)).resolves.toBeDefined()
  })

  it.each(['', 'no JSON', '{}', '{"pid":-1,"nonce":"x"}', 'null', '\0\0\0\0'])(
    'is taken over where a power cut left %j in it',
    async (content) => {
      const path = join(await temporaryFolder(), 'server.lock')
      await writeFile(path, content)
      await expect(takeLock(path)).resolves.toBeDefined()
    },
  )

  it('is taken over also where a process was killed while it took it over', async () => {
    const folder = await temporaryFolder()
    const path = join(folder, 'server.lock')
    await writeFile(path, await staleLock(await deadPid()))
    await writeFile(`${path}.takeover`, await staleLock(await deadPid()))
    const lock = await takeLock(path)
    expect(await readdir(folder)).toEqual(['server.lock'])
    await lock.release()
    expect(await readdir(folder)).toEqual([])
  })

  it('goes to exactly one of several processes that start at once, whether it is free or stale', async () => {
    const path = join(await temporaryFolder(), 'server.lock')
    const children = Array.from({ length: 4 }, () => startChild('embedded-child.mjs', 'lock', path))
    for (const child of children) onTestFinished(child.kill)
    for (const child of children) expect(await child.nextLine()).toBe('ready')
    const stale = await staleLock(await deadPid())
    for (let round = 0; round < 30; round++) {
      if (round > 0) await writeFile(path, stale)
      for (const child of children) child.send('take')
      const answers = await Promise.all(children.map((child) => child.nextLine()))
      const winners = children.filter((_, i) => answers[i] === 'won')
      expect(winners).toHaveLength(1)
      expect(answers.filter((answer) => answer === `DataFolderInUse ${winners[0]?.pid}`)).toHaveLength(3)
    }
  })
})
