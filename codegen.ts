import type { CodegenConfig } from '@graphql-codegen/cli'

const scalars = {
  DateTime: 'string',
  Decimal: 'string',
  JSON: 'unknown',
  EventType: 'string',
  Scope: 'string',
}

const typed = {
  documentMode: 'string',
  enumsAsTypes: true,
  useTypeImports: true,
  emitLegacyCommonJSImports: false,
  // A field that was asked for is there, if with null.
  avoidOptionals: { field: true, inputValue: false, object: false, defaultValue: false },
  strictScalars: true,
}

/**
 * Typed documents for src/operations and for the console, from the committed schema, and their manifests of trusted
 * documents, persisted-documents.json: each by the SHA-256 of its text. `npm run generate` runs it after printing the
 * schema.
 */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  generates: {
    'src/operations/generated/': {
      documents: 'src/operations/*.graphql',
      preset: 'client',
      presetConfig: {
        fragmentMasking: false,
        persistedDocuments: { mode: 'embedHashInDocument', hashAlgorithm: 'sha256' },
      },
      config: { ...typed, scalars: { ...scalars, Upload: '../../core/incoming-file.js#IncomingFile' } },
    },
    // The console sends hashes only, so the texts are not in its bundle.
    'src/console/generated/': {
      documents: 'src/console/**/*.graphql',
      preset: 'client',
      presetConfig: {
        fragmentMasking: false,
        persistedDocuments: { mode: 'replaceDocumentWithHash', hashAlgorithm: 'sha256' },
      },
      config: { ...typed, onlyOperationTypes: true, scalars: { ...scalars, Upload: 'File | null' } },
    },
  },
}

// The tool looks for a default export.
export default config
