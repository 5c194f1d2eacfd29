import { dataOf, documentId, GraphError, ownHeaders, unreachable } from '../../app/graph.ts'
import { InboxUploadDocument, type InboxUploadMutation } from '../../generated/graphql.ts'

export type Uploaded = InboxUploadMutation['uploadMedia']['media']

/**
 * Uploads a file by the GraphQL multipart request specification. Not by fetch, which does not tell how far it has come:
 * `onProgress` is told from 0 to 1. @throws GraphError.
 */
export function upload(file: File, onProgress: (part: number) => void, signal: AbortSignal): Promise<Uploaded> {
  const form = new FormData()
  const variables = { input: { file: null, filename: file.name } }
  form.set('operations', JSON.stringify({ documentId: `sha256:${documentId(InboxUploadDocument)}`, variables }))
  form.set('map', JSON.stringify({ file: ['variables.input.file'] }))
  form.set('file', file)
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', '/graphql')
    for (const [name, value] of Object.entries(ownHeaders)) request.setRequestHeader(name, value)
    request.responseType = 'json'
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total))
    request.addEventListener('load', () => {
      try {
        if (!request.response) throw unreachable()
        resolve(dataOf(request.response as { data?: InboxUploadMutation }).uploadMedia.media)
      } catch (error) {
        reject(error instanceof Error ? error : new GraphError(String(error), null))
      }
    })
    request.addEventListener('error', () => reject(unreachable()))
    signal.addEventListener('abort', () => request.abort())
    request.send(form)
  })
}

/** As what a file of this type is sent. A picture that WhatsApp does not show is sent as a document. */
export function kindOf(mimeType: string): 'image' | 'video' | 'audio' | 'document' {
  if (mimeType === 'image/jpeg' || mimeType === 'image/png') return 'image'
  if (mimeType === 'video/mp4' || mimeType === 'video/3gpp') return 'video'
  return mimeType.startsWith('audio/') ? 'audio' : 'document'
}
