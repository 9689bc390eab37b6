import { printable } from '@reprise/safe-text'
import { readPlainFile, type SizeLimit, UnreadableFile } from '@reprise/trace'
import { UsageError } from '../terminal/exit-codes.ts'

/**
 * The bytes of the plain file that a flag names, or of stdin for `-` where the flag takes that.
 *
 * @throws UsageError naming flag and file for what cannot be read, is no plain file, or has more than `maxBytes`.
 */
export async function readNamed(
  flag: string,
  file: string,
  { stdin = false, ...limit }: SizeLimit & { readonly stdin?: boolean },
): Promise<Buffer> {
  const isStdin = stdin && file === '-'
  try {
    return await (isStdin ? readStdin(limit) : readPlainFile(file, limit))
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error
    throw new UsageError(`${flag} ${isStdin ? 'stdin' : printable(file, 300)}: ${error.message}`)
  }
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
