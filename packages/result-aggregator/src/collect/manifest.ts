import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { asRunFolderError, runFiles } from './run-folder.ts'

/** `manifest.json`: size and SHA-256 (hex) of every other file of the folder, so that a copy can be checked. */
export const Manifest = z.strictObject({
  schema: z.literal('manifest/1'),
  files: z.record(z.string(), z.strictObject({ bytes: z.int().nonnegative(), sha256: z.string() })),
})
export type Manifest = z.infer<typeof Manifest>

/** The manifest of the folder's files as they are now, sorted by name; folders inside and unfinished files are left out. @throws RunFolderError */
export async function readManifest(folder: string): Promise<Manifest> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    const names = entries.filter((entry) => entry.isFile() && isListed(entry.name)).map(({ name }) => name)
    const files: Manifest['files'] = {}
    for (const name of names.sort()) {
      const path = join(folder, name)
      files[name] = { bytes: (await stat(path)).size, sha256: await digestOf(path) }
    }
    return { schema: 'manifest/1', files }
  } catch (error) {
    throw asRunFolderError(folder, error)
  }
}

function isListed(name: string): boolean {
  return name !== runFiles.manifest && !name.endsWith('.part')
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk)
  return hash.digest('hex')
}
