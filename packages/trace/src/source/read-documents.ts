import { gunzipSync } from 'node:zlib'
import { CutOffFile, readPlainFile, reasonOf, tooLarge, UnreadableFile } from './plain-file.ts'
import { type Line, readLines } from './read-lines.ts'
import { standardInput } from './standard-input.ts'

/** One JSON text of a trace file. */
export interface TraceDocument {
  readonly text: string
  /** Its line in the file, from 1; absent where the file is one document. */
  readonly line?: number
}

/** Traces of a million-token context in blocks of 16 have about so much; twice as much text does not fit into a string. */
const maxBytes = 256 * 1024 * 1024
const limit = { maxBytes, cure: 'write one trace a line in a .jsonl file, or split it' }

/**
 * The documents of a trace file: the whole of a `.json`, every line that is not blank of a `.jsonl`, unpacked where the name
 * ends in `.gz`; standard input is told by its beginning. One document is held at a time.
 *
 * @throws UnreadableFile, possibly after some documents.
 */
export async function* readDocuments(file: string): AsyncGenerator<TraceDocument> {
  try {
    if (file === standardInput) {
      yield* documentsOfInput()
      return
    }
    if (!/\.jsonl(\.gz)?$/i.test(file)) {
      yield { text: textOf(await bytesOf(file)) }
      return
    }
    for await (const { bytes, line } of readLines(file, { maxLineBytes: maxBytes })) {
      yield { text: line === 1 ? textOf(bytes) : bytes.toString('utf8'), line }
    }
  } catch (error) {
    throw error instanceof UnreadableFile ? error : unreadable(error)
  }
}

/** Lines, where the first is JSON by itself; else one document. */
async function* documentsOfInput(): AsyncGenerator<TraceDocument> {
  const held: Line[] = []
  let bytes = 0
  let isLines: boolean | undefined
  for await (const each of readLines(standardInput, { maxLineBytes: maxBytes })) {
    isLines ??= isJson(each.bytes)
    if (isLines) {
      yield { text: textOf(each.bytes), line: each.line }
      continue
    }
    bytes += each.bytes.length
    if (bytes > maxBytes) throw new UnreadableFile(tooLarge(limit))
    // Blank lines are not given, and count.
    while (held.length < each.line - 1) held.push({ bytes: Buffer.alloc(0), line: held.length + 1 })
    held.push(each)
  }
  if (held.length > 0) yield { text: held.map((each) => each.bytes.toString('utf8')).join('\n') }
}

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
  // At once: many small hand-overs from zlib's threads took twice as long as the whole of the unpacking.
  return /\.gz$/i.test(file) ? gunzipSync(bytes, { maxOutputLength: maxBytes, chunkSize: 256 * 1024 }) : bytes
}

/** The text at the beginning of a file, which says by its first bytes when it is none. */
function textOf(bytes: Buffer): string {
  const [first, second] = bytes
  if (first === 0x1f && second === 0x8b) throw new UnreadableFile('gzip data; add .gz to its name, or unpack it')
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    throw new UnreadableFile('UTF-16 text; write it as UTF-8')
  if (first === 0) throw new UnreadableFile('no text, it begins with NUL bytes; fetch or write it again')
  const text = bytes.toString('utf8')
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
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
