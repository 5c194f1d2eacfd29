import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy'
import { DomainError } from './errors.js'
import { IncomingFile } from './incoming-file.js'

export type Multipart = {
  /** The fields asked for that came before the file. */
  fields: ReadonlyMap<string, string>
  /** The first file part that was wanted; null where the whole body has none. */
  file: IncomingFile | null
  /** To be called once the answer is known: what has not been read then is thrown away. */
  done(): void
}

type Wanted = {
  fields: readonly string[]
  /** Whether a file part of this name is the file, seeing what came before it. */
  isFile(name: string, fields: ReadonlyMap<string, string>): boolean
}

const limits = { fieldSize: 1_000_000, fields: 50, files: 20, parts: 60, headerPairs: 50 }

export const isMultipart = ({ headers }: IncomingMessage): boolean =>
  /^\s*multipart\/form-data\s*(;|$)/i.test(headers['content-type'] ?? '')

/**
 * Reads a multipart body up to the file that is wanted, whose bytes then come as the caller reads them: a file never
 * lies whole in memory. @throws BAD_REQUEST where it is no multipart body, or ends early.
 */
export function readMultipart(request: IncomingMessage, wanted: Wanted): Promise<Multipart> {
  return new Promise((resolve, reject) => {
    const parser = createParser(request)
    if (!parser) {
      reject(new DomainError('BAD_REQUEST', 'The multipart body has no boundary.'))
      return
    }
    const fields = new Map<string, string>()
    let current: Readable | null = null
    const done = () => {
      request.unpipe(parser)
      request.resume()
    }
    const fail = (message: string) => {
      const error = new DomainError('BAD_REQUEST', message)
      done()
      current?.destroy(error)
      reject(error)
    }
    let found = false
    parser.on('field', (name, value, _nameTruncated, valueTruncated) => {
      if (found || !wanted.fields.includes(name)) return
      if (valueTruncated) fail(`The part ${name} is too large.`)
      else fields.set(name, value)
    })
    parser.on('file', (name, stream, filename) => {
      stream.on('error', () => undefined)
      if (found || !wanted.isFile(name, fields)) {
        stream.resume()
        return
      }
      found = true
      current = stream
      resolve({ fields, file: new IncomingFile(stream, filename || null), done })
    })
    parser.on('error', () => fail('The multipart body is malformed.'))
    parser.on('finish', () => resolve({ fields, file: null, done }))
    request.once('close', () => {
      if (!request.complete) fail('The request ended before its body did.')
    })
    request.pipe(parser)
  })
}

function createParser(request: IncomingMessage): BusboyInstance | null {
  try {
    return new Busboy({ headers: request.headers as BusboyHeaders, limits })
  } catch {
    return null
  }
}
