import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { plainText } from '../result/plain-text.ts'
import { Result } from '../result/result.ts'
import { asRunFolderError, RunFolderError, runFiles } from './run-folder.ts'

/** The saved result of a run. @throws RunFolderError when there is none, or it is not a result this version knows. */
export async function readResult(folder: string): Promise<Result> {
  const path = join(folder, runFiles.result)
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw asRunFolderError(path, error)
  })
  try {
    return Result.parse(JSON.parse(text))
  } catch (error) {
    const problem = error instanceof z.ZodError ? z.prettifyError(error) : 'it is not JSON'
    throw new RunFolderError(
      path,
      `not a result (${plainText(problem, 300)})`,
      'Build it anew: reprise results build FOLDER.',
    )
  }
}
