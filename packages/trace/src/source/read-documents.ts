import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { createGunzip, gunzipSync } from 'node:zlib'

/** One JSON text of a trace file. */
export interface TraceDocument {
  readonly text: string
  /** Its line in the file, from 1; absent where the file is one document. */
  readonly line?: number
}

/** A file that cannot be read to its end; the message holds the cure. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile'
}

const maxBytes = 500 * 1024 * 1024

/**
 * The documents of a trace file: the whole of a `.json`, every line that is not blank of a `.jsonl`, unpacked where the name
 * ends in `.gz`. One document is held at a time.
 *
 * @throws UnreadableFile, possibly after some documents.
 */
export async function* readDocuments(file: string): AsyncGenerator<TraceDocument> {
  try {
    if (/\.jsonl(\.gz)?$/i.test(file)) yield* linesOf(file)
    else yield { text: textOf(await bytesOf(file)) }
  } catch (error) {
    throw new UnreadableFile(reasonOf(error))
  }
}

async function bytesOf(file: string): Promise<Buffer> {
  const bytes = await readFile(file)
  // At once: many small hand-overs from zlib's threads took twice as long as the whole of the unpacking.
  return isGzip(file) ? gunzipSync(bytes, { maxOutputLength: maxBytes, chunkSize: 256 * 1024 }) : bytes
}

async function* linesOf(file: string): AsyncGenerator<TraceDocument> {
  let line = 0
  let parts: Buffer[] = []
  let held = 0
  for await (const chunk of chunksOf(file)) {
    let from = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      const text = textOf(Buffer.concat([...parts, chunk.subarray(from, end)]))
      parts = []
      held = 0
      from = end + 1
      line += 1
      if (text.trim() !== '') yield { text, line }
    }
    parts.push(chunk.subarray(from))
    held += chunk.length - from
    if (held > maxBytes) throw new RangeError('line too long')
  }
  const text = textOf(Buffer.concat(parts))
  if (text.trim() !== '') yield { text, line: line + 1 }
}

async function* chunksOf(file: string): AsyncGenerator<Buffer> {
  const raw = createReadStream(file, { highWaterMark: 1 << 20 })
  // Without `pipeline` a read error would leave the reader of the unpacked stream waiting; it is thrown by the iteration.
  const stream = isGzip(file) ? pipeline(raw, createGunzip({ chunkSize: 1 << 20 }), () => {}) : raw
  for await (const chunk of stream) yield chunk as Buffer
}

function isGzip(file: string): boolean {
  return /\.gz$/i.test(file)
}

function textOf(bytes: Buffer): string {
  if (bytes.length > maxBytes) throw new RangeError('too long')
  const text = bytes.toString('utf8')
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

function reasonOf(error: unknown): string {
  if (error instanceof RangeError) {
    return `a trace larger than ${maxBytes / 1024 / 1024} MiB of JSON; write one trace a line in a .jsonl file, or split it`
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
  if (code === 'Z_BUF_ERROR') return 'the gzip data ends early; the file is cut off, fetch or pack it again'
  if (code.startsWith('Z_')) return 'not valid gzip data; pack it again, or drop .gz from its name if it is not packed'
  if (code === 'EISDIR') return 'a folder with the name of a trace file; rename it'
  return `cannot be read (${code}); check that it exists and that you may read it`
}
