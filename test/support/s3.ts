import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import S3rver from 's3rver'
import type { S3Settings } from '../../src/media/s3-store.js'
import { makeTemporaryFolder } from './temporary-folder.js'

export type S3Server = {
  settings: S3Settings
  /** The same as variables of the server. */
  env: Record<string, string>
  /** Of every object in the bucket. */
  keys(): Promise<string[]>
  stop(): Promise<void>
}

const bucket = 'kaanha-test'

/** A server that speaks as S3 does, signatures included, with one empty bucket. */
export async function startS3(): Promise<S3Server> {
  const folder = await makeTemporaryFolder()
  const options = { address: '127.0.0.1', port: 0, directory: folder.path, silent: true }
  const server = new S3rver({ ...options, configureBuckets: [{ name: bucket, configs: [] }] })
  const { port } = await server.run()
  // The only keys that it knows.
  const settings = { region: 'us-east-1', bucket, accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }
  const endpoint = `http://127.0.0.1:${port}`
  return {
    settings: { ...settings, endpoint },
    env: {
      S3_ENDPOINT: endpoint,
      S3_BUCKET: bucket,
      S3_ACCESS_KEY_ID: settings.accessKeyId,
      S3_SECRET_ACCESS_KEY: settings.secretAccessKey,
    },
    async keys() {
      const objects = (await readdir(join(folder.path, bucket))).filter((name) => name.endsWith('._S3rver_object'))
      return objects.map((name) => name.slice(0, -'._S3rver_object'.length)).sort()
    },
    async stop() {
      await server.close()
      await folder.remove()
    },
  }
}
