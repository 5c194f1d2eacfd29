import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CsvError, type Parser, parse } from 'csv-parse'
import { badRequest, DomainError } from '../core/errors.js'
import { broadcastLimits } from './limits.js'
import type { SpooledFile } from './spool.js'

export type CsvRow = { line: number; cells: string[] }

/** A CSV that is read row by row: never more of it is in memory than a few. */
export type CsvFile = {
  /** The cells of the first row. */
  columns: string[]
  /** The others, once. @throws BAD_REQUEST where they are no CSV, or too many. */
  rows(): AsyncGenerator<CsvRow>
  /** Lets go of the file. */
  close(): Promise<void>
}

const { csv } = broadcastLimits
const fault = (message: string) => badRequest([{ path: 'audience.csv', message }])

/** Reads a file up to its first row. @throws BAD_REQUEST. */
export async function openCsv(file: SpooledFile): Promise<CsvFile> {
  const first = await firstLine(file.bytes())
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(first),
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: csv.rowBytes,
  })
  let failure: unknown = null
  const source = Readable.from(file.bytes())
  pipeline(source, parser).catch((error: unknown) => {
    failure ??= error
  })
  const records = (parser as AsyncIterable<Parsed>)[Symbol.asyncIterator]()
  const next = () => readNext(records, parser, () => failure)
  const header = await next()
  if (!header) throw fault('is empty: its first row names the columns, and phone is one of them')
  if (header.cells.length > csv.columns) throw fault(`must have at most ${csv.columns} columns`)

  return {
    columns: header.cells,
    async *rows() {
      let count = 0
      for (let row = await next(); row; row = await next()) {
        if (++count > csv.rows) throw fault(`must have at most ${csv.rows.toLocaleString('en-US')} rows`)
        yield row
      }
    },
    async close() {
      source.destroy()
      await file.close()
    },
  }
}

type Parsed = { record: string[]; info: { lines: number } }

async function readNext(
  records: AsyncIterator<Parsed>,
  parser: Parser,
  failure: () => unknown,
): Promise<CsvRow | null> {
  try {
    const { value, done } = await records.next()
    return done ? null : { line: value.info.lines, cells: value.record }
  } catch (error) {
    const cause = failure() ?? error
    if (cause instanceof DomainError) throw cause
    if (cause instanceof CsvError) throw fault(`is no well-formed CSV near line ${parser.info.lines}`)
    throw cause
  }
}

/** What comes up to the end of the first line, to see how its cells are parted. */
async function firstLine(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  let first = Buffer.alloc(0)
  for await (const chunk of bytes) {
    first = Buffer.concat([first, chunk])
    if (first.includes(0x0a) || first.length > csv.rowBytes) break
  }
  return first
}

/** Spreadsheets write semicolons where a comma is in every number. */
function delimiterOf(first: Buffer): string {
  const [line = ''] = first.toString('utf8').split('\n')
  const count = (sign: string) => line.split(sign).length
  return [';', '\t'].find((sign) => count(sign) > count(',')) ?? ','
}
