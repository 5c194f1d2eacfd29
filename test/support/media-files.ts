import { createHash } from 'node:crypto'
import type { Answer, GivenHeaders, TestServer } from './server.js'

/** Small files of each kind, and how tests hand them in. */

const bytes = (...parts: (string | number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))))

export const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
export const jpeg = bytes([0xff, 0xd8, 0xff, 0xe0, 0, 16], 'JFIF\0', [1, 1, 0, 0, 1, 0, 1, 0, 0, 0xff, 0xd9])
export const gif = bytes('GIF89a', [1, 0, 1, 0, 0, 0, 0, 0x3b])
export const mp4 = bytes([0, 0, 0, 24], 'ftypmp42', [0, 0, 0, 0], 'mp42isom', [0, 0, 0, 8], 'mdat')
export const m4a = bytes([0, 0, 0, 24], 'ftypM4A ', [0, 0, 0, 0], 'M4A mp42', [0, 0, 0, 8], 'mdat')
export const threeGp = bytes([0, 0, 0, 24], 'ftyp3gp4', [0, 0, 0, 0], '3gp43gp4', [0, 0, 0, 8], 'mdat')
export const mp3 = bytes('ID3', [3, 0, 0, 0, 0, 0, 0], [0xff, 0xfb, 0x90, 0x64], '\0'.repeat(417))
export const amr = bytes('#!AMR\n', '\0'.repeat(32))
export const ogg = bytes(
  'OggS',
  [0, 2],
  '\0'.repeat(8),
  [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 19],
  'OpusHead',
  '\0'.repeat(24),
)
export const pdf = bytes('%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n')
export const webp = bytes(
  'RIFF',
  [26, 0, 0, 0],
  'WEBPVP8L',
  [13, 0, 0, 0, 0x2f, 0, 0, 0, 0x10, 7, 16, 0x11, 0x11, 0x88, 0x88, 0xfe, 7, 0],
)

/** A WebP of a given length, still or moving. */
export function sticker(size: number, animated: boolean): Buffer {
  const file = Buffer.alloc(size)
  bytes('RIFF', [0, 0, 0, 0], 'WEBPVP8X', [10, 0, 0, 0, animated ? 2 : 0]).copy(file)
  file.writeUInt32LE(size - 8, 4)
  return file
}

/** An OLE compound file whose directory names this stream. */
export function ole(stream: string): Buffer {
  const file = Buffer.alloc(512 * 4)
  bytes([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]).copy(file)
  file.writeUInt16LE(9, 30)
  file.writeUInt32LE(1, 48)
  file.write('Root Entry\0', 1024, 'utf16le')
  file.write(`${stream}\0`, 1024 + 128, 'utf16le')
  return file
}

/** A zip with one stored entry for each name. */
export function zip(entries: Record<string, string>): Buffer {
  const parts = Object.entries(entries).map(([name, content]) => {
    const head = Buffer.alloc(30)
    head.writeUInt32LE(0x04034b50, 0)
    head.writeUInt16LE(20, 4)
    head.writeUInt32LE(content.length, 18)
    head.writeUInt32LE(content.length, 22)
    head.writeUInt16LE(name.length, 26)
    return Buffer.concat([head, Buffer.from(name + content)])
  })
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  return Buffer.concat([...parts, end])
}

const officeType = (part: string) =>
  `<?xml version="1.0"?><Types><Override PartName="/x" ContentType="application/vnd.openxmlformats-officedocument.${part}.main+xml"/></Types>`
export const docx = zip({ '[Content_Types].xml': officeType('wordprocessingml.document'), 'word/document.xml': '<w/>' })
export const xlsx = zip({ '[Content_Types].xml': officeType('spreadsheetml.sheet'), 'xl/workbook.xml': '<x/>' })

export const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex')

export const form = (parts: [string, string | Uint8Array, string?][], type = 'application/octet-stream'): FormData => {
  const body = new FormData()
  for (const [name, value, filename] of parts) {
    if (typeof value === 'string') body.append(name, value)
    else body.append(name, new Blob([new Uint8Array(value)], { type }), filename ?? 'blob')
  }
  return body
}

/** Uploads by REST. */
export const upload = (server: TestServer, file: Uint8Array, filename = 'file.bin', headers: GivenHeaders = {}) =>
  server.rest('POST', '/media', form([['file', file, filename]]), headers)

const uploadMutation = `mutation ($file: Upload!, $filename: String) {
  uploadMedia(input: { file: $file, filename: $filename }) {
    media { id status url mimeType size filename sha256 createdAt }
  }
}`

/** Uploads by the GraphQL multipart request specification. */
export const uploadByGraph = (
  server: TestServer,
  file: Uint8Array,
  filename = 'file.bin',
  headers: GivenHeaders = {},
  query = uploadMutation,
): Promise<Answer> =>
  server.call(
    'POST',
    '/graphql',
    form([
      ['operations', JSON.stringify({ query, variables: { file: null } })],
      ['map', JSON.stringify({ 0: ['variables.file'] })],
      ['0', file, filename],
    ]),
    headers,
  )

/** The id of a file that has been uploaded. */
export async function uploaded(server: TestServer, file: Uint8Array, filename?: string): Promise<string> {
  const { json, text } = await upload(server, file, filename)
  if (!json?.mediaId) throw new Error(text)
  return json.mediaId
}
