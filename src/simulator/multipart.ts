import type { IncomingMessage } from 'node:http'
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy'
import { BadBody, BodyTooLarge } from './http.js'

export type Upload = {
  fields: Record<string, string>
  file: { mimeType: string; bytes: Buffer } | null
}

/**
 * A multipart body: its fields, and the part named `file`. Throws BodyTooLarge where the file is over `limit` bytes,
 * BadBody where it is no multipart body or ends early.
 */
export async function readUpload(request: IncomingMessage, limit: number): Promise<Upload> {
  const contentType = request.headers['content-type']
  if (!contentType?.startsWith('multipart/form-data')) throw new BadBody('The request body is not multipart/form-data')
  if (Number(request.headers['content-length'] ?? 0) > limit + 64 * 1024) throw new BodyTooLarge()
  return new Promise((resolve, reject) => {
    const parser = createParser({ ...request.headers, 'content-type': contentType }, limit)
    if (!parser) {
      reject(new BadBody('The multipart body has no boundary'))
      return
    }
    const upload: Upload = { fields: {}, file: null }
    const stop = (error: Error) => {
      request.unpipe(parser)
      reject(error)
    }
    parser.on('field', (name, value) => {
      upload.fields[name] = value
    })
    parser.on('file', (name, stream, _filename, _encoding, mimeType) => {
      const chunks: Buffer[] = []
      stream.on('error', () => stop(new BadBody('The file part is malformed')))
      stream.on('limit', () => stop(new BodyTooLarge()))
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (name === 'file') upload.file = { mimeType: baseType(mimeType), bytes: Buffer.concat(chunks) }
      })
    })
    parser.on('error', () => stop(new BadBody('The multipart body is malformed')))
    parser.on('finish', () => resolve(upload))
    request.once('close', () => stop(new BadBody('The request ended early')))
    request.pipe(parser)
  })
}

function createParser(headers: BusboyHeaders, limit: number): BusboyInstance | null {
  try {
    return new Busboy({ headers, limits: { fileSize: limit, files: 4, fields: 50, fieldSize: 64 * 1024 } })
  } catch {
    return null
  }
}

/** `audio/ogg; codecs=opus` is audio/ogg. */
const baseType = (mimeType: string) => mimeType.split(';')[0]?.trim().toLowerCase() ?? ''
