import { findRuns } from '../run-folder/find-runs.ts'

/** A run, or a folder of runs, under a label of the reader's own where there is one. */
export interface LabelledFolder {
  readonly folder: string
  readonly label?: string
}

/**
 * The runs among and below the given folders, each once, under the label of the first folder that holds it.
 *
 * @throws RunFolderError when one of them holds no run, or cannot be read.
 */
export async function findLabelledRuns(folders: readonly LabelledFolder[]): Promise<LabelledFolder[]> {
  const once = new Set(await findRuns(folders.map(({ folder }) => folder)))
  const found: LabelledFolder[] = []
  for (const { folder, label } of folders) {
    for (const run of await findRuns([folder])) {
      if (once.delete(run)) found.push({ folder: run, ...(label !== undefined && { label }) })
    }
  }
  return found
}
