import { join } from 'node:path'
import type { Config } from '../config.js'
import { createFileStore } from './file-store.js'
import type { MediaStore } from './store.js'

/** Where the configuration says that files lie: a folder, or a bucket, whose client is loaded only then. */
export async function openMediaStore({ dataDir, s3 }: Pick<Config, 'dataDir' | 's3'>): Promise<MediaStore> {
  const folder = join(dataDir, 'media')
  if (s3 === null) return createFileStore(folder)
  const { createS3Store } = await import('./s3-store.js')
  return createS3Store(s3, folder)
}
