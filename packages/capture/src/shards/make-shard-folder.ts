import { mkdir, readdir } from 'node:fs/promises'
import { printable } from '@reprise/safe-text'

/** A folder that cannot take a capture; the message names it and holds the cure. */
export class ShardFolderError extends Error {
  override readonly name = 'ShardFolderError'
}

/**
 * A folder for the shards of one capture, made where it is not there, for its owner alone. Two captures in one would be read as one.
 *
 * @throws ShardFolderError when something lies in it, or it cannot be made.
 */
export async function makeShardFolder(folder: string): Promise<void> {
  const place = printable(folder, 300)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    if ((await readdir(folder)).length === 0) return
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ShardFolderError(`--out ${place}: cannot be made (${code}); name a folder where you may write`)
  }
  throw new ShardFolderError(`--out ${place}: something lies in it, and nothing is written over; name a new folder`)
}
