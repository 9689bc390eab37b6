import { gunzipSync } from 'node:zlib'
import { printable } from '@reprise/safe-text'
import { readLines } from '@reprise/trace'
import { UnreadableFile } from '@reprise/trace/plain-file'
import { UsageError } from '../terminal/exit-codes.ts'
import { readNamed } from './read-named.ts'

/** The longest logs of an engine have some 100 MB. */
const mebibyte = 1024 * 1024
const planLimit = { maxBytes: 256 * mebibyte, cure: 'name the plan that the engine was driven with' }
const maxLines = 20_000_000
const stepLimits = { maxLineBytes: 16 * mebibyte, maxBytes: 512 * mebibyte }

/** The plan that an engine was driven with: JSON, also packed. @throws UsageError */
export async function readLoggedPlan(flag: string, file: string): Promise<unknown> {
  const bytes = await readNamed(flag, file, planLimit)
  try {
    const text = file.endsWith('.gz') ? gunzipSync(bytes, { maxOutputLength: planLimit.maxBytes }) : bytes
    return JSON.parse(text.toString('utf8'))
  } catch (error) {
    throw new UsageError(`${flag} ${file}: not JSON (${(error as Error).message}); ${planLimit.cure}`)
  }
}

/** The lines of a log or of records: JSON Lines, also packed; blank ones are kept, so that places are told as they stand. @throws UsageError */
export async function readLogLines(flag: string, file: string): Promise<string[]> {
  const lines: string[] = []
  try {
    for await (const { bytes, line } of readLines(file, stepLimits)) {
      if (line > maxLines) throw new UnreadableFile(`more than ${maxLines} lines; split it`)
      while (lines.length < line - 1) lines.push('')
      lines.push(bytes.toString('utf8').replace(/\r$/, ''))
    }
  } catch (error) {
    throw new UsageError(`${flag} ${printable(file, 300)}: ${(error as Error).message}`)
  }
  return lines
}
