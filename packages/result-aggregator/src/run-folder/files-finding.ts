import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { printable } from '@reprise/safe-text'
import { type Finding, fail, notChecked, pass } from '../result/verification.ts'
import { listFiles } from './manifest.ts'
import { manifestProblems, renderManifestProblems } from './manifest-problems.ts'
import { RunFolderError, runFiles } from './run-folder.ts'

/** Whether the files of the folder are plain ones, and those that its manifest lists: none more, none less, none changed. */
export async function filesFinding(folder: string): Promise<Finding> {
  try {
    const files = await listFiles(folder)
    const odd = files.filter(({ isPlain }) => !isPlain).map(({ name }) => printable(name, 120))
    if (odd.length > 0) return fail(`no plain files: ${odd.slice(0, 5).join(', ')}`, odd)
    const problems = await manifestProblems(folder)
    if (problems === undefined)
      return (await isThere(join(folder, runFiles.result)))
        ? fail(`${runFiles.manifest} is missing, beside a result`)
        : notChecked('no result was saved, and so no manifest')
    if (problems.length > 0) return fail(`the folder ${renderManifestProblems(problems)}`, problems)
    return pass(`${files.length} files, as the manifest lists them`)
  } catch (error) {
    if (error instanceof RunFolderError) return fail(error.problem)
    throw error
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
