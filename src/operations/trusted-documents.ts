import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { TrustedDocuments } from '../graphql/trusted-documents.js'

/** Beside the documents it was made from; the same path from src/ and from dist/. */
const manifest = new URL('../../src/operations/generated/persisted-documents.json', import.meta.url)

/** Every operation of ours by the SHA-256 of its text, as the generator wrote them down. */
export const trustedDocuments: TrustedDocuments = new Map(
  Object.entries(z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(manifest, 'utf8')))),
)
