import { maxHeadBytes } from './half-file.js'

/** How to look into a file beyond its beginning. */
type Reader = (start: number, length: number) => Promise<Uint8Array>

/** Where the library's name of a type is not the one that Meta's list has (whatsapp-cloud-api.md, section 1). */
const aliases: Record<string, string> = {
  'audio/x-m4a': 'audio/mp4',
  'audio/opus': 'audio/ogg',
  'audio/ogg; codecs=opus': 'audio/ogg',
  'video/x-m4v': 'video/mp4',
  'image/apng': 'image/png',
}

/**
 * The type of a file as its own bytes say, whatever its name and its sender claim. Text of any kind, HTML included, is
 * text/plain; what nothing is known of is application/octet-stream. `read` looks into the file.
 */
export async function mediaTypeOf(head: Uint8Array, filename: string | null, read: Reader): Promise<string> {
  // Loaded only where there is a file: its parsers are some megabytes of memory.
  const { fileTypeFromBuffer } = await import('file-type')
  const found = (await fileTypeFromBuffer(head))?.mime
  if (found === 'application/x-cfb') return (await officeType(head, read)) ?? officeTypeByName(filename) ?? found
  if (found !== undefined) return aliases[found] ?? found.split(';')[0] ?? found
  return isText(head) ? 'text/plain' : 'application/octet-stream'
}

const officeTypes = {
  doc: 'application/msword',
  xls: 'application/vnd.ms-excel',
  ppt: 'application/vnd.ms-powerpoint',
} as const

/** Names of streams that only these programs write. */
const officeStreams: [string, keyof typeof officeTypes][] = [
  ['WordDocument', 'doc'],
  ['Workbook', 'xls'],
  ['Book', 'xls'],
  ['PowerPoint Document', 'ppt'],
]

const directoryBytes = 8192

/** Of an OLE compound file: by the streams that its directory names ([MS-CFB] 2.2 and 2.6.1). */
async function officeType(head: Uint8Array, read: Reader): Promise<string | null> {
  if (head.length < 512) return null
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const sectorBytes = view.getUint16(30, true) === 12 ? 4096 : 512
  const directory = Buffer.from(await read((view.getUint32(48, true) + 1) * sectorBytes, directoryBytes))
  for (const [name, type] of officeStreams) {
    if (directory.includes(Buffer.from(`${name}\0`, 'utf16le'))) return officeTypes[type]
  }
  return null
}

function officeTypeByName(filename: string | null): string | null {
  const extension = filename?.toLowerCase().split('.').at(-1) ?? ''
  return Object.hasOwn(officeTypes, extension) ? officeTypes[extension as keyof typeof officeTypes] : null
}

/** UTF-8 without control characters but the usual white space. A head that is not the whole may end within a character. */
function isText(head: Uint8Array): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: head.length >= maxHeadBytes })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what tells bytes from text.
    return !/[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text)
  } catch {
    return false
  }
}
