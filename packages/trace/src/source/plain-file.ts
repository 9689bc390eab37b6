import { constants } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'

/** A file that cannot be read to its end; the message is a clause that holds the cure and names no file. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile'
}

/** One whose packed data end before they should. */
export class CutOffFile extends UnreadableFile {}

export interface SizeLimit {
  readonly maxBytes: number
  /** What to do about a larger one. */
  readonly cure: string
}

/**
 * The bytes of a plain file, links followed.
 *
 * @throws UnreadableFile when there is none, when it is no plain file, or when it has more than `maxBytes`.
 */
export async function readPlainFile(path: string, limit: SizeLimit): Promise<Buffer> {
  const file = await openPlainFile(path)
  try {
    const { size } = await file.stat()
    const bytes = size > limit.maxBytes ? undefined : await readAtMost(file, { size, ...limit })
    if (!bytes) throw new UnreadableFile(tooLarge(limit))
    return bytes
  } catch (error) {
    throw error instanceof UnreadableFile ? error : new UnreadableFile(reasonOf(error))
  } finally {
    await file.close()
  }
}

/**
 * A plain file, open for reading. A pipe would be waited for and a device may never end, so both are refused before they are opened.
 *
 * @throws UnreadableFile when there is none, or when it is something else.
 */
export async function openPlainFile(path: string): Promise<FileHandle> {
  try {
    refuseOthers(await stat(path))
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      // Another one may have taken its place meanwhile.
      refuseOthers(await file.stat())
      return file
    } catch (error) {
      await file.close()
      throw error
    }
  } catch (error) {
    throw error instanceof UnreadableFile ? error : new UnreadableFile(reasonOf(error))
  }
}

/** What it holds, whatever size it claims: some files of the system say 0. Undefined where that is more than `maxBytes`. */
async function readAtMost(
  file: FileHandle,
  { size, maxBytes }: { readonly size: number; readonly maxBytes: number },
): Promise<Buffer | undefined> {
  const parts: Buffer[] = []
  let total = 0
  for (let room = size + 1; total <= maxBytes; room = 64 * 1024) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(room))
    if (bytesRead === 0) return parts.length === 1 ? parts[0] : Buffer.concat(parts)
    parts.push(buffer.subarray(0, bytesRead))
    total += bytesRead
  }
  return undefined
}

/** What went wrong with a path, and what to do about it. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'no such file or folder; check the path'
  if (code === 'ELOOP') return 'links that lead in a circle; name the file itself'
  if (code === 'EISDIR') return 'a folder where a file is expected; rename it, or name a file in it'
  return `cannot be read (${code}); check that it exists and that you may read it`
}

function refuseOthers(found: Awaited<ReturnType<typeof stat>>): void {
  if (found.isFile()) return
  if (found.isDirectory()) throw new UnreadableFile(reasonOf(Object.assign(new Error(), { code: 'EISDIR' })))
  const kind = found.isFIFO() ? 'a pipe' : found.isSocket() ? 'a socket' : 'a device'
  throw new UnreadableFile(`${kind}, and no plain file; write what it gives into a file and name that`)
}

export function tooLarge({ maxBytes, cure }: SizeLimit): string {
  return `larger than ${Math.floor(maxBytes / 1024 / 1024)} MiB; ${cure}`
}
