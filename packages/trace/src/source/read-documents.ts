import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { csvHeader, csvRecord } from './csv-record.ts'
import { CutOffFile, readPlainFile, reasonOf, tooLarge, UnreadableFile } from './plain-file.ts'
import { type Line, readLines } from './read-lines.ts'
import { standardInput } from './standard-input.ts'
import { withoutMark } from './without-mark.ts'

/** One record of a trace file. */
export type TraceDocument = {
  /** Its line in the file, from 1; absent where the file is one document. */
  readonly line?: number
} & (
  | {
      /** A JSON text in UTF-8. */
      readonly bytes: Buffer
    }
  | {
      /** A row of a table: its cells by the names of their columns. */
      readonly row: Readonly<Record<string, string>>
    }
)

/** Traces of a million-token context in blocks of 16 have about so much; twice as much text does not fit into a string. */
const maxBytes = 256 * 1024 * 1024
const limit = { maxBytes, cure: 'write one trace a line in a .jsonl file, or split it' }

/**
 * The records of a trace file: the whole of a `.json`, every line that is not blank of a `.jsonl` or a `.csv`, unpacked where the name
 * ends in `.gz`; standard input is told by its beginning. One record is held at a time.
 *
 * @param whole where `beginWhole` has begun to read the file.
 * @throws UnreadableFile, possibly after some records.
 */
export async function* readDocuments(file: string, whole = beginWhole(file)): AsyncGenerator<TraceDocument> {
  try {
    if (file === standardInput) {
      yield* documentsOfInput()
      return
    }
    if (whole) {
      yield { bytes: withoutMark(await whole) }
      return
    }
    if (isTable(file)) {
      yield* rowsOf(readLines(file, { maxLineBytes: maxRowBytes }))
      return
    }
    for await (const { bytes, line } of readLines(file, { maxLineBytes: maxBytes })) {
      yield { bytes: line === 1 ? withoutMark(bytes) : bytes, line }
    }
  } catch (error) {
    throw error instanceof UnreadableFile ? error : unreadable(error)
  }
}

/** The bytes of a file that is one document, once they are read and unpacked, which threads of the system do; undefined for any other. */
export function beginWhole(file: string): Promise<Buffer> | undefined {
  if (file === standardInput || isTable(file) || /\.jsonl(\.gz)?$/i.test(file)) return undefined
  const bytes = bytesOf(file)
  // Whoever waits for it is told. Nobody may, where reading ends at a file before it.
  bytes.catch(() => {})
  return bytes
}

function isTable(file: string): boolean {
  return /\.csv(\.gz)?$/i.test(file)
}

const maxRowBytes = 64 * 1024

async function* rowsOf(lines: AsyncIterable<Line>): AsyncGenerator<TraceDocument> {
  let names: readonly string[] | undefined
  for await (const { bytes, line } of lines) {
    if (names) yield { row: csvRecord(names, bytes.toString('utf8')), line }
    else names = csvHeader(withoutMark(bytes).toString('utf8'))
  }
}

/** Lines, where the first is JSON by itself or names columns; else one document. */
async function* documentsOfInput(): AsyncGenerator<TraceDocument> {
  const lines = readLines(standardInput, { maxLineBytes: maxBytes })
  const first = await lines.next()
  if (first.done) return
  const bytes = withoutMark(first.value.bytes)
  const all = restored({ ...first.value, bytes }, lines)
  if (isJson(bytes)) for await (const each of all) yield each
  else if (/^"?timestamp"?,/i.test(bytes.toString('utf8', 0, 20))) yield* rowsOf(all)
  else yield await joined(all)
}

async function* restored(first: Line, others: AsyncIterable<Line>): AsyncGenerator<Line> {
  yield first
  yield* others
}

async function joined(lines: AsyncIterable<Line>): Promise<TraceDocument> {
  const parts: Buffer[] = []
  let bytes = 0
  let ends = 0
  for await (const each of lines) {
    bytes += each.bytes.length
    if (bytes > maxBytes) throw new UnreadableFile(tooLarge(limit))
    // Blank lines are not given, and count.
    for (; ends < each.line - 1; ends += 1) parts.push(newline)
    parts.push(each.bytes)
  }
  return { bytes: Buffer.concat(parts) }
}

const newline = Buffer.from('\n')

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString('utf8'))
    return true
  } catch {
    return false
  }
}

async function bytesOf(file: string): Promise<Buffer> {
  const bytes = await readPlainFile(file, limit)
  if (!/\.gz$/i.test(file)) return bytes
  return unpack(bytes, { maxOutputLength: maxBytes, chunkSize: roomFor(bytes) })
}

const unpack = promisify(gunzip)

/**
 * For all of what is packed, so that it is unpacked at once: many small hand-overs from zlib's threads take twice as long. The last four bytes say
 * how much it is, as far as they can be believed.
 *
 * Source: RFC 1952, 2.3.1, ISIZE.
 */
function roomFor(packed: Buffer): number {
  const told = packed.length < 4 ? 0 : packed.readUInt32LE(packed.length - 4)
  return Math.min(Math.max(told + 1, 64 * 1024), 32 * 1024 * 1024)
}

function unreadable(error: unknown): UnreadableFile {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ERR_BUFFER_TOO_LARGE') return new UnreadableFile(tooLarge(limit))
  if (code === 'Z_BUF_ERROR')
    return new CutOffFile('the gzip data ends early; the file is cut off, fetch or pack it again')
  if (code.startsWith('Z_'))
    return new UnreadableFile('not valid gzip data; pack it again, or drop .gz from its name if it is not packed')
  return new UnreadableFile(reasonOf(error))
}
