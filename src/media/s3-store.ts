import { openAsBlob } from 'node:fs'
import { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { S3mini, S3NetworkError, S3ServiceError } from 's3mini'
import { Agent, fetch } from 'undici'
import { secondsMs } from '../core/clock.js'
import { isId } from '../core/ids.js'
import { removeHalves, writeHalf } from './half-file.js'
import type { MediaStore } from './store.js'

export type S3Settings = {
  endpoint: string
  region: string
  bucket: string
  accessKeyId: string
  secretAccessKey: string
}

const owner = '.owner'
const pageSize = 1000
const tries = 4
const firstWaitMs = 200

/**
 * Files as the objects of a bucket, each under its media id. A file is written into `folder` first: it goes out only
 * when it is known to be whole and not too long, and can be sent again.
 */
export function createS3Store(settings: S3Settings, folder: string): MediaStore {
  const dispatcher = new Agent({
    connectTimeout: secondsMs(5),
    headersTimeout: secondsMs(30),
    bodyTimeout: secondsMs(60),
  })
  const s3 = new S3mini({
    endpoint: `${settings.endpoint}/${settings.bucket}`,
    region: settings.region,
    accessKeyId: settings.accessKeyId,
    secretAccessKey: settings.secretAccessKey,
    fetch: ((url: string, init: object) => fetch(url, { ...init, dispatcher })) as unknown as typeof globalThis.fetch,
  })
  const keyOf = (id: string) => {
    if (!isId('Media', id)) throw new Error('Not a media id.')
    return id
  }
  const get = (key: string, range?: { start: number; end: number }) =>
    orNull(() => again(() => (range ? s3.getObjectRaw(key, false, range.start, range.end + 1) : s3.getObjectRaw(key))))

  return {
    write(id, bytes, maxBytes) {
      const key = keyOf(id)
      return writeHalf(folder, id, bytes, maxBytes, async (half, { size }) => {
        if (size === 0) return
        const blob = await openAsBlob(half)
        await again(() => s3.putObject(key, blob, undefined, undefined, undefined, size))
      })
    },

    async open(id, range) {
      const answer = await get(keyOf(id), range)
      return answer?.body ? Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]) : null
    },

    async read(id, start, length) {
      const answer = await get(keyOf(id), { start, end: start + length - 1 })
      return answer ? new Uint8Array(await answer.arrayBuffer()) : new Uint8Array()
    },

    async remove(id) {
      await again(() => s3.deleteObject(keyOf(id)))
    },

    async ownedBy(name) {
      const found = await get(owner)
      if (found) return found.text()
      await again(() => s3.putObject(owner, name))
      return (await get(owner))?.text() ?? name
    },

    async *writtenBefore(time) {
      await removeHalves(folder, time)
      for (let token: string | undefined, more = true; more; more = token !== undefined) {
        const page = await again(() => s3.listObjectsPaged('/', '', pageSize, token))
        const old = (page?.objects ?? []).filter(
          ({ Key, LastModified }) => isId('Media', Key) && new Date(LastModified) < time,
        )
        if (old.length > 0) yield old.map(({ Key }) => Key)
        token = page?.nextContinuationToken
      }
    },
  }
}

/** Null for an object, or a part of one, that is not there. */
async function orNull<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof S3ServiceError && (error.status === 404 || error.status === 416)) return null
    throw error
  }
}

/** Whatever is asked here can be asked twice. A refusal stands; a busy or unreachable service is asked again. */
async function again<T>(ask: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await ask()
    } catch (error) {
      if (tried === tries || !isPassing(error)) throw error
      await wait(firstWaitMs * 2 ** tried)
    }
  }
}

const isPassing = (error: unknown): boolean =>
  error instanceof S3ServiceError
    ? error.status >= 500 || error.status === 429
    : error instanceof S3NetworkError || error instanceof TypeError
