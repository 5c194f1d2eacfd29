import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { TrustedDocuments } from '../graphql/trusted-documents.js'

/** Beside the documents they were made from; the same paths from src/ and from dist/. */
const manifests = ['operations', 'console'].map(
  (folder) => new URL(`../../src/${folder}/generated/persisted-documents.json`, import.meta.url),
)

/** Every operation of ours and of the console by the SHA-256 of its text, as the generator wrote them down. */
export const trustedDocuments: TrustedDocuments = new Map(
  manifests.flatMap((manifest) =>
    Object.entries(z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(manifest, 'utf8')))),
  ),
)
