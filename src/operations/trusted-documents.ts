import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { packageFile } from '../core/package-file.js'
import type { TrustedDocuments } from '../graphql/trusted-documents.js'

/** Beside the documents they were made from. */
const manifests = ['operations', 'console'].map((folder) =>
  packageFile(`src/${folder}/generated/persisted-documents.json`),
)

/** Every operation of ours and of the console by the SHA-256 of its text, as the generator wrote them down. */
export const trustedDocuments: TrustedDocuments = new Map(
  manifests.flatMap((manifest) =>
    Object.entries(z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(manifest, 'utf8')))),
  ),
)
