import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import type { MediaUpload } from './provider.js'

/** A quote or a line break in a name would end the header; browsers write them so. */
const quoted = (value: string) =>
  `"${value.replace(/[\r\n"]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)}"`

const mimeForm = /^[\w.+-]+\/[\w.+-]+(;[ \w.=+"-]*)?$/

/**
 * The upload form of `POST /{phone-number-id}/media` (whatsapp-cloud-api.md, section 1), streamed: the file never lies
 * whole in memory. `contentLength` counts every byte of `body`.
 */
export function uploadForm(media: MediaUpload): { body: Readable; contentType: string; contentLength: number } {
  const boundary = `kaanha-${randomUUID()}`
  const mimeType = mimeForm.test(media.mimeType) ? media.mimeType : 'application/octet-stream'
  const field = (name: string, value: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; name=${quoted(name)}\r\n\r\n${value}\r\n`
  const head = Buffer.from(
    field('messaging_product', 'whatsapp') +
      field('type', mimeType) +
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename=${quoted(media.filename)}\r\n` +
      `Content-Type: ${mimeType}\r\n\r\n`,
  )
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`)
  return {
    body: Readable.from(parts(head, media.stream, tail), { objectMode: false }),
    contentType: `multipart/form-data; boundary=${boundary}`,
    contentLength: head.length + media.size + tail.length,
  }
}

async function* parts(head: Buffer, stream: Readable, tail: Buffer): AsyncGenerator<Buffer> {
  yield head
  for await (const chunk of stream) yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk)
  yield tail
}
