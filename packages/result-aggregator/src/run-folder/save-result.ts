import { join } from 'node:path'
import type { Result } from '../result/result.ts'
import { readManifest } from './manifest.ts'
import { runFiles } from './run-folder.ts'
import { writeFileWhole } from './write-file-whole.ts'

/** Writes `results.json` and then `manifest.json` over all files of the run. Returns the path of the former. @throws RunFolderError */
export async function saveResult(folder: string, result: Result): Promise<string> {
  const path = join(folder, runFiles.result)
  await writeFileWhole(path, `${JSON.stringify(result, null, 2)}\n`)
  await writeFileWhole(join(folder, runFiles.manifest), `${JSON.stringify(await readManifest(folder), null, 2)}\n`)
  return path
}
