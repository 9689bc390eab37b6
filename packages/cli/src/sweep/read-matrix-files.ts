import { readTextFiles } from '@reprise/config-file'
import { type Matrix, readMatrix } from '@reprise/matrix-generator'
import type { MatrixFileOptions } from '../options/matrix-options.ts'

/** The files that the options name, read and checked. @throws ConfigError */
export function readMatrixFiles(options: MatrixFileOptions): Matrix {
  const configFiles = readTextFiles([...options.configFiles, options.runnerConfig])
  const runnerFile = configFiles.pop()
  return readMatrix({ configFiles, runnerFile: runnerFile!, ...readOptions(options) })
}

/** Of the options, those that say how the files are read. */
export function readOptions({ epoch, compat }: MatrixFileOptions): Pick<MatrixFileOptions, 'epoch' | 'compat'> {
  return { compat, ...(epoch !== undefined && { epoch }) }
}
