import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { openPlainFile, tooLarge, UnreadableFile } from './plain-file.ts'

export interface Line {
  /** Without its line end. */
  readonly bytes: Buffer
  /** Its place in the file, from 1. */
  readonly line: number
}

export interface LineLimits {
  readonly maxLineBytes: number
  /** Of the whole text, unpacked; default: 16 GiB, more than the largest public sets. A packed file of a few MB can hold more. */
  readonly maxBytes?: number
}

/**
 * The lines of a plain file that are not blank, unpacked where its name ends in `.gz`; one is held at a time. Blank ones are passed over
 * byte by byte: there may be millions.
 *
 * @throws UnreadableFile, possibly after some lines, also for a line or a text that is too long; what zlib throws for other data than gzip.
 */
export async function* readLines(
  file: string,
  { maxLineBytes, maxBytes = 16 * 1024 ** 3 }: LineLimits,
): AsyncGenerator<Line> {
  let line = 1
  let parts: Buffer[] = []
  let held = 0
  for await (const chunk of chunksOf(file, maxBytes)) {
    let from = 0
    while (from < chunk.length) {
      if (held === 0) {
        const { lineStart, lines } = passBlankLines(chunk, from)
        line += lines
        from = lineStart
        // An empty rest would keep the chunk that it is of.
        if (from === chunk.length) break
      }
      const end = chunk.indexOf(newline, from)
      const part = chunk.subarray(from, end < 0 ? chunk.length : end)
      if (held + part.length > maxLineBytes) throw new UnreadableFile(longLine(line, maxLineBytes))
      if (end < 0) {
        parts.push(part)
        held += part.length
        break
      }
      const bytes = held === 0 ? part : Buffer.concat([...parts, part])
      parts = []
      held = 0
      from = end + 1
      if (!isBlank(bytes)) yield { bytes, line }
      line += 1
    }
  }
  const bytes = Buffer.concat(parts)
  if (!isBlank(bytes)) yield { bytes, line }
}

const newline = 10

function passBlankLines(chunk: Buffer, from: number): { lineStart: number; lines: number } {
  let lineStart = from
  let lines = 0
  for (let at = from; at < chunk.length && isBlankByte(chunk[at]!); at += 1) {
    if (chunk[at] !== newline) continue
    lines += 1
    lineStart = at + 1
  }
  return { lineStart, lines }
}

function isBlank(bytes: Buffer): boolean {
  let at = 0
  while (at < bytes.length && isBlankByte(bytes[at]!)) at += 1
  return at === bytes.length
}

function isBlankByte(byte: number): boolean {
  return byte === newline || byte === 32 || byte === 13 || byte === 9
}

async function* chunksOf(file: string, maxBytes: number): AsyncGenerator<Buffer> {
  const handle = await openPlainFile(file)
  // It closes the handle at its end, whatever that is.
  const raw = handle.createReadStream({ highWaterMark: 1 << 20 })
  // Without `pipeline` a read error would leave the reader of the unpacked stream waiting; it is thrown by the iteration.
  const stream = /\.gz$/i.test(file) ? pipeline(raw, createGunzip({ chunkSize: 1 << 20 }), () => {}) : raw
  let bytes = 0
  for await (const chunk of stream) {
    bytes += (chunk as Buffer).length
    if (bytes > maxBytes) throw new UnreadableFile(tooLarge({ maxBytes, cure: 'split it' }))
    yield chunk as Buffer
  }
}

function longLine(line: number, maxLineBytes: number): string {
  return `line ${line} is longer than ${Math.floor(maxLineBytes / 1024 / 1024)} MiB; split it`
}
