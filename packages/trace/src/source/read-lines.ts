import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { openPlainFile, tooLarge, UnreadableFile } from './plain-file.ts'
import { openStandardInput, standardInput } from './standard-input.ts'

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
 * The lines of a plain file that are not blank, unpacked where its name ends in `.gz`; of standard input, unpacked where it begins as gzip
 * data does. One is held at a time. Blank ones are passed over byte by byte: there may be millions.
 *
 * Of gzip data that end early every whole line is given before the error, and the one that is cut off is not.
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
  let bytes = 0
  for await (const chunk of file === standardInput ? unpackedInput() : unpackedFile(file)) {
    bytes += chunk.length
    if (bytes > maxBytes) throw new UnreadableFile(tooLarge({ maxBytes, cure: 'split it' }))
    yield chunk
  }
}

async function* unpackedFile(file: string): AsyncGenerator<Buffer> {
  if (!/\.gz$/i.test(file)) {
    yield* (await openedFile(file)) as AsyncIterable<Buffer>
    return
  }
  yield* unpacked(await openedFile(file))
}

async function* unpackedInput(): AsyncGenerator<Buffer> {
  const input = openStandardInput()
  const source = input[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  const first = await source.next()
  if (first.done) return
  async function* whole(): AsyncGenerator<Buffer> {
    yield first.value
    for (let next = await source.next(); !next.done; next = await source.next()) yield next.value
  }
  if (first.value[0] === 0x1f && first.value[1] === 0x8b) yield* unpacked(Readable.from(whole()))
  else yield* whole()
}

/** It closes the file at its end, whatever that is. */
async function openedFile(file: string): Promise<Readable> {
  return (await openPlainFile(file)).createReadStream({ highWaterMark: 1 << 20 })
}

function unpacked(raw: Readable): AsyncIterable<Buffer> {
  // Without `pipeline` a read error would leave the reader of the unpacked stream waiting; it is thrown by the iteration.
  return pipeline(raw, createGunzip({ chunkSize: 1 << 20 }), () => {})
}

function longLine(line: number, maxLineBytes: number): string {
  return `line ${line} is longer than ${Math.floor(maxLineBytes / 1024 / 1024)} MiB; split it`
}
