import { join } from 'node:path'
import { printable } from '@reprise/safe-text'
import { z } from 'zod'
import { parseBoundedJson, UnsafeJsonError } from '../result/parse-bounded-json.ts'
import { Result } from '../result/result.ts'
import { maxBytes } from './max-bytes.ts'
import { readPlainFile } from './open-plain-file.ts'
import { RunFolderError, runFiles } from './run-folder.ts'

/** The saved result of a run. @throws RunFolderError when there is none, or it is not a result this version knows. */
export function readResult(folder: string): Promise<Result> {
  return readResultFile(join(folder, runFiles.result))
}

/** One that lies in a file of any name. @throws RunFolderError likewise. */
export async function readResultFile(path: string): Promise<Result> {
  const text = await readPlainFile(path, maxBytes.result)
  try {
    return Result.parse(parseBoundedJson(text))
  } catch (error) {
    const problem =
      error instanceof z.ZodError
        ? z.prettifyError(error)
        : error instanceof UnsafeJsonError
          ? error.message
          : 'it is not JSON'
    throw new RunFolderError(
      path,
      `not a result (${printable(problem, 300)})`,
      'Build it anew: reprise results build FOLDER.',
    )
  }
}
