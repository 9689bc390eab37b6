import { createHash } from 'node:crypto'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { maxBytes } from './max-bytes.ts'
import { readPlainChunks } from './open-plain-file.ts'
import { asRunFolderError, runFiles } from './run-folder.ts'

/** `manifest.json`: size and SHA-256 (hex) of every other file of the folder, so that a copy can be checked. */
export const Manifest = z.strictObject({
  schema: z.literal('manifest/1'),
  files: z.record(z.string(), z.strictObject({ bytes: z.int().nonnegative(), sha256: z.string() })),
})
export type Manifest = z.infer<typeof Manifest>

/** The manifest of the folder's files as they are now, sorted by name; folders inside and unfinished files are left out. @throws RunFolderError */
export async function readManifest(folder: string): Promise<Manifest> {
  const files: [string, Manifest['files'][string]][] = []
  for (const { name, bytes, isPlain } of await listFiles(folder))
    if (isPlain) files.push([name, { bytes, sha256: await digestOf(join(folder, name)) }])
  return { schema: 'manifest/1', files: Object.fromEntries(files) }
}

/** What a manifest lists, sorted by name; links and the like too, which it does not. @throws RunFolderError */
export async function listFiles(folder: string): Promise<{ name: string; bytes: number; isPlain: boolean }[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    const names = entries.filter((entry) => !entry.isDirectory() && isListed(entry.name)).map(({ name }) => name)
    const files = []
    for (const name of names.sort()) {
      const found = await lstat(join(folder, name))
      files.push({ name, bytes: found.size, isPlain: found.isFile() })
    }
    return files
  } catch (error) {
    throw asRunFolderError(folder, error)
  }
}

/** The lock says who is at work in the folder now; an attestation comes when all else is done. */
const unlisted: ReadonlySet<string> = new Set([runFiles.manifest, runFiles.lock, runFiles.attestation])

function isListed(name: string): boolean {
  return !unlisted.has(name) && !name.endsWith('.part')
}

/** SHA-256 (hex) of a file of a run. @throws RunFolderError */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of readPlainChunks(path, maxBytes.records)) hash.update(chunk)
  return hash.digest('hex')
}
