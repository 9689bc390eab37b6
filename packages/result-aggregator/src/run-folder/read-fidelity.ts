import { join } from 'node:path'
import { printable } from '@reprise/safe-text'
import { z } from 'zod'
import { Fidelity } from '../result/fidelity.ts'
import { parseBoundedJson } from '../result/parse-bounded-json.ts'
import { maxBytes } from './max-bytes.ts'
import { readPlainFile } from './open-plain-file.ts'
import { RunFolderError, runFiles } from './run-folder.ts'

/** What a run was found to be beside its traces; `undefined` where nobody looked. @throws RunFolderError when the file cannot be read. */
export async function readFidelity(folder: string): Promise<Fidelity | undefined> {
  const path = join(folder, runFiles.fidelity)
  const text = await readPlainFile(path, maxBytes.fidelity).catch((error: unknown) => {
    if (error instanceof RunFolderError && error.isMissing) return undefined
    throw error
  })
  if (text === undefined) return undefined
  try {
    return Fidelity.parse(parseBoundedJson(text))
  } catch (error) {
    const problem = error instanceof z.ZodError ? z.prettifyError(error) : 'it is not JSON'
    throw new RunFolderError(
      path,
      `not what a run is beside its traces (${printable(problem, 300)})`,
      'Remove it, or make it anew: reprise fidelity TRACES FOLDER --save.',
    )
  }
}
