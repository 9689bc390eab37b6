import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { Manifest } from './manifest.ts'
import { maxBytes } from './max-bytes.ts'
import { readPlainFile } from './open-plain-file.ts'
import { runFiles } from './run-folder.ts'
import { writeFileWhole } from './write-file-whole.ts'

/** Enters a file just written into the manifest of its folder, if there is one; what it says of the other files stays. */
export async function listInManifest(folder: string, name: string, text: string): Promise<void> {
  const path = join(folder, runFiles.manifest)
  const known = await readPlainFile(path, maxBytes.manifest).then(parseManifest, () => undefined)
  if (!known) return
  const entry = { bytes: Buffer.byteLength(text), sha256: createHash('sha256').update(text).digest('hex') }
  const files = Object.entries({ ...known.files, [name]: entry }).sort(([one], [other]) => (one < other ? -1 : 1))
  await writeFileWhole(path, `${JSON.stringify({ ...known, files: Object.fromEntries(files) }, null, 2)}\n`)
}

/** `undefined` where it is not a manifest: it is not for us to mend. */
function parseManifest(text: string): Manifest | undefined {
  try {
    return Manifest.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
