import { rename, writeFile } from 'node:fs/promises'
import { asRunFolderError } from './run-folder.ts'

/**
 * Writes the file so that a reader finds the old text or the new, never a part: beside it first, then renamed.
 *
 * @throws RunFolderError when the system refuses.
 */
export async function writeFileWhole(path: string, text: string): Promise<void> {
  try {
    await writeFile(`${path}.part`, text, { flush: true })
    await rename(`${path}.part`, path)
  } catch (error) {
    throw asRunFolderError(path, error)
  }
}
