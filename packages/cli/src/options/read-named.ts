import { printable } from '@reprise/safe-text'
import { readPlainFile, type SizeLimit, UnreadableFile } from '@reprise/trace/plain-file'
import { UsageError } from '../terminal/exit-codes.ts'

/**
 * The bytes of the plain file that a flag names, or of stdin for `-` where the flag takes that.
 *
 * @throws UsageError naming flag and file for what cannot be read, is no plain file, is empty, or has more than `maxBytes`.
 */
export async function readNamed(
  flag: string,
  file: string,
  { stdin = false, ...limit }: SizeLimit & { readonly stdin?: boolean },
): Promise<Buffer> {
  const isStdin = stdin && file === '-'
  try {
    const bytes = await (isStdin ? readStdin(limit) : readPlainFile(file, limit))
    if (isBlank(bytes)) throw new UnreadableFile('is empty; see what the command that was to write it said')
    return bytes
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error
    throw new UsageError(`${flag} ${isStdin ? 'stdin' : printable(file, 300)}: ${error.message}`)
  }
}

/** Nothing, or blanks and line ends alone, as a redirected command leaves that failed. */
function isBlank(bytes: Buffer): boolean {
  return bytes.length < 16 && bytes.toString('latin1').trim() === ''
}

async function readStdin({ maxBytes, cure }: SizeLimit): Promise<Buffer> {
  const parts: Buffer[] = []
  let total = 0
  for await (const part of process.stdin) {
    parts.push(part as Buffer)
    total += (part as Buffer).length
    if (total > maxBytes) throw new UnreadableFile(`larger than ${maxBytes / 1024 / 1024} MiB; ${cure}`)
  }
  return Buffer.concat(parts)
}
