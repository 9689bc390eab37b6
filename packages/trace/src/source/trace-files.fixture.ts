import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Files by name, in a folder that is made where it is missing. */
export async function writeFiles(into: string, files: Record<string, string | Uint8Array>): Promise<void> {
  await mkdir(into, { recursive: true })
  for (const [name, content] of Object.entries(files)) await writeFile(join(into, name), content)
}

/** A trace of one request in the WEKA format, as text. */
export function smallTrace(id: string, hash_ids: readonly (number | string)[] = [1, 2]): string {
  const requests = [{ t: 0, in: 20, out: 2, hash_ids, input_types: ['text'] }]
  return JSON.stringify({ id, block_size: 16, hash_id_scope: 'local', requests })
}
