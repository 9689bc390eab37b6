import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { printable } from '@reprise/safe-text'
import { z } from 'zod'
import { parseBoundedJson, UnsafeJsonError } from '../result/parse-bounded-json.ts'

/** A file of a job is there, and cannot be taken in. The message is one safe line that names it. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile'

  constructor(path: string, problem: string) {
    super(`${printable(path, 200)}: ${problem}`)
  }
}

/** Whether `folder/path` is a plain folder that no link leads to. @throws UnreadableFile where it is something else. */
export async function hasPlainFolder(folder: string, path: string): Promise<boolean> {
  const found = kindOf(folder, path)
  if (found && !found.isDirectory()) throw new UnreadableFile(path, 'is no folder')
  return found !== undefined
}

/** Bytes of `folder/path`; undefined where there is none. @throws UnreadableFile where it is a link, or behind one, or no file. */
export async function plainFileBytes(folder: string, path: string): Promise<number | undefined> {
  const found = kindOf(folder, path)
  if (found && !found.isFile()) throw new UnreadableFile(path, 'is no plain file')
  return found?.size
}

/**
 * The value in `folder/path`, a file that somebody else may have made; undefined where there is none.
 *
 * @throws UnreadableFile for links, files of more than `maxBytes`, and what is not of the schema.
 */
export async function readUntrustedJson<T>(
  folder: string,
  path: string,
  { schema, maxBytes }: { readonly schema: z.ZodType<T>; readonly maxBytes: number },
): Promise<T | undefined> {
  const bytes = await plainFileBytes(folder, path)
  if (bytes === undefined) return undefined
  if (bytes > maxBytes) throw new UnreadableFile(path, `has ${bytes} bytes; at most ${maxBytes} are taken`)
  const text = readUntrusted(folder, path, { from: 0, bytes })
  try {
    return schema.parse(parseBoundedJson(text))
  } catch (error) {
    if (error instanceof UnsafeJsonError) throw new UnreadableFile(path, error.message)
    if (error instanceof z.ZodError) throw new UnreadableFile(path, printable(z.prettifyError(error), 300))
    throw error
  }
}

/** The last lines of a text file, at most `lines`; none where it cannot be read. */
export async function readUntrustedTail(folder: string, path: string, lines: number): Promise<string[]> {
  const tailBytes = 32 * 1024
  try {
    const bytes = await plainFileBytes(folder, path)
    if (bytes === undefined) return []
    const from = Math.max(0, bytes - tailBytes)
    const text = readUntrusted(folder, path, { from, bytes: bytes - from })
    return text
      .split('\n')
      .map((line) => printable(line, 500))
      .filter(Boolean)
      .slice(-lines)
  } catch (error) {
    if (error instanceof UnreadableFile) return []
    throw error
  }
}

/** At once, as all small files here: a sweep has thousands, and most of the time of each would be the waiting for turns. */
function readUntrusted(folder: string, path: string, part: { from: number; bytes: number }): string {
  let file: number
  try {
    file = openSync(join(folder, path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch {
    throw new UnreadableFile(path, 'cannot be opened')
  }
  try {
    if (!fstatSync(file).isFile()) throw new UnreadableFile(path, 'is no plain file')
    const buffer = Buffer.alloc(part.bytes)
    const bytesRead = readSync(file, buffer, 0, part.bytes, part.from)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    closeSync(file)
  }
}

/** Every step of the way is looked at: a link among them could lead anywhere. */
function kindOf(folder: string, path: string) {
  const steps = path.split('/')
  for (let length = 1; length <= steps.length; length += 1) {
    const found = statOf(join(folder, ...steps.slice(0, length)))
    if (!found || length === steps.length) return found
    if (!found.isDirectory()) throw new UnreadableFile(path, 'lies behind something that is no folder')
  }
  return undefined
}

function statOf(path: string) {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}
