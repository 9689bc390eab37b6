import { rename, rm, writeFile } from 'node:fs/promises'

/**
 * Writes the file so that a reader finds the old one or the new, never a part: beside it first, under a name that nobody knows, then
 * renamed. A link in its place is replaced, and what it leads to is left alone.
 */
export async function writeFileWhole(path: string, content: string): Promise<void> {
  const part = `${path}.${crypto.randomUUID()}.part`
  try {
    // Exclusive: nothing that lies there is written to, or through.
    await writeFile(part, content, { flag: 'wx' })
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true }).catch(() => {})
    throw error
  }
}
