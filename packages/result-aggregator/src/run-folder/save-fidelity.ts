import { join } from 'node:path'
import type { Corpus } from '@reprise/trace'
import { compareCapture } from '../fidelity/compare-capture.ts'
import type { FidelityOptions } from '../fidelity/judge-fidelity.ts'
import type { Fidelity } from '../result/fidelity.ts'
import { readReplayedRun } from './read-replayed-run.ts'
import { runFiles } from './run-folder.ts'
import { writeFileWhole } from './write-file-whole.ts'

/**
 * Holds the run in a folder against the traces that it was to play, and keeps in `fidelity.json` what that gives. Result and manifest are to be
 * made after it.
 *
 * @throws RunFolderError when the folder holds no readable run, or cannot be written.
 */
export async function saveFidelity(
  folder: string,
  captured: { readonly corpus: Corpus; readonly name: string },
  options: FidelityOptions = {},
): Promise<Fidelity> {
  const fidelity = compareCapture(captured, await readReplayedRun(folder), options)
  await writeFileWhole(join(folder, runFiles.fidelity), `${JSON.stringify(fidelity, null, 2)}\n`)
  return fidelity
}
