import { gzipSync } from 'node:zlib'
import { printable } from '@reprise/safe-text'
import { TraceError } from '../problem.ts'
import { writeFileWhole } from './write-file-whole.ts'

/**
 * Writes lines as one file, packed where its name ends in `.gz`.
 *
 * @throws TraceError when it cannot be written.
 */
export async function writeLines(lines: Iterable<string>, file: string): Promise<void> {
  const parts: Buffer[] = []
  for (const line of lines) parts.push(Buffer.from(`${line}\n`))
  const content = Buffer.concat(parts)
  try {
    await writeFileWhole(file, /\.gz$/i.test(file) ? gzipSync(content) : content)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    throw new TraceError(
      `${printable(file, 300)}: cannot be written (${code}); name a file in a folder that you may write to`,
    )
  }
}
