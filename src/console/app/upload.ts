import { answerOf, type Document, dataOf, documentId, ownHeaders, unreachable } from './graph.ts'

/**
 * Runs one trusted document with a file, by the GraphQL multipart request specification. `place`: where the variables
 * hold the file, such as "input.audience.csv"; they hold null there. @throws GraphError.
 */
export async function graphWithFile<Result, Variables>(
  document: Document<Result, Variables>,
  variables: Variables,
  { file, place }: { file: File; place: string },
): Promise<Result> {
  const form = new FormData()
  form.set('operations', JSON.stringify({ documentId: `sha256:${documentId(document)}`, variables }))
  form.set('map', JSON.stringify({ file: [`variables.${place}`] }))
  form.set('file', file)
  let response: Response
  try {
    response = await fetch('/graphql', { method: 'POST', headers: ownHeaders, body: form })
  } catch {
    throw unreachable()
  }
  return dataOf(await answerOf<Result>(response))
}
