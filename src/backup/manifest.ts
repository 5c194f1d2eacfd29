import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { StartError } from '../start-error.js'
import type { Entry } from './archive.js'

/** The files of an archive, in this order: the manifest, rows, media, the keys where they were asked for, the end. */
export const manifestName = 'manifest.json'
export const rowsFolder = 'rows/'
export const mediaFolder = 'media/'
export const keysName = 'encryption-keys'
export const endName = 'end.json'

export const manifestVersion = 1

const manifest = z.object({
  format: z.literal('kaanha-backup'),
  version: z.literal(manifestVersion),
  /** When the snapshot was taken. */
  createdAt: z.string(),
  /** The version that wrote it. */
  madeBy: z.string(),
  migrations: z.array(z.string()).min(1),
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.object({ name: z.string(), type: z.string() })) })),
})

const end = z.object({
  digests: z.record(z.string(), z.object({ rows: z.string(), hash: z.string() })),
  sequences: z.array(z.object({ name: z.string(), value: z.string(), called: z.boolean() })),
  media: z.object({ files: z.number(), missing: z.number() }),
})

export type Manifest = z.infer<typeof manifest>
export type End = z.infer<typeof end>

export const readManifest = (entry: Entry): Promise<Manifest> => readJson(entry, manifest)
export const readEnd = (entry: Entry): Promise<End> => readJson(entry, end)

async function readJson<T>(entry: Entry, schema: z.ZodType<T>): Promise<T> {
  const found = schema.safeParse(JSON.parse(await text(entry.bytes)))
  if (found.success) return found.data
  throw new StartError(`its ${entry.name} is none that this version can read`)
}
