import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { printable } from '@reprise/safe-text'
import { TraceError } from '../problem.ts'

/**
 * Writes lines as one file, packed where its name ends in `.gz`, as they come: none is held longer than it takes to write it. A reader finds
 * the file that was there before or the whole of the new one.
 *
 * @throws TraceError when it cannot be written.
 */
export async function writeLines(lines: Iterable<string>, file: string): Promise<void> {
  const part = `${file}.${crypto.randomUUID()}.part`
  // Exclusive: nothing that lies there is written to, or through.
  const out = createWriteStream(part, { flags: 'wx' })
  try {
    const text = Readable.from(chunksOf(lines))
    await (/\.gz$/i.test(file) ? pipeline(text, createGzip(), out) : pipeline(text, out))
    await rename(part, file)
  } catch (error) {
    await rm(part, { force: true }).catch(() => {})
    const code = error instanceof Error && 'syscall' in error && 'code' in error ? String(error.code) : undefined
    if (code === undefined) throw error
    throw new TraceError(
      `${printable(file, 300)}: cannot be written (${code}); name a file in a folder that you may write to`,
    )
  }
}

const chunkLength = 256 * 1024

/** Few writes of many lines. */
function* chunksOf(lines: Iterable<string>): Generator<Buffer> {
  let held: string[] = []
  let length = 0
  for (const line of lines) {
    held.push(line, '\n')
    length += line.length + 1
    if (length < chunkLength) continue
    yield Buffer.from(held.join(''))
    held = []
    length = 0
  }
  if (held.length > 0) yield Buffer.from(held.join(''))
}
