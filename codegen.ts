import type { CodegenConfig } from '@graphql-codegen/cli'

/** Typed documents for src/operations, from the committed schema. `npm run generate` runs it after printing the schema. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: 'src/operations/*.graphql',
  generates: {
    'src/operations/generated/': {
      preset: 'client',
      presetConfig: {
        fragmentMasking: false,
        // The manifest of trusted documents, persisted-documents.json: each by the SHA-256 of its text.
        persistedDocuments: { mode: 'embedHashInDocument', hashAlgorithm: 'sha256' },
      },
      config: {
        documentMode: 'string',
        enumsAsTypes: true,
        useTypeImports: true,
        emitLegacyCommonJSImports: false,
        // A field that was asked for is there, if with null.
        avoidOptionals: { field: true, inputValue: false, object: false, defaultValue: false },
        strictScalars: true,
        scalars: {
          DateTime: 'string',
          Decimal: 'string',
          JSON: 'unknown',
          EventType: 'string',
          Scope: 'string',
          Upload: '../../core/incoming-file.js#IncomingFile',
        },
      },
    },
  },
}

// The tool looks for a default export.
export default config
