import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { ConfigError, type Problem } from '../problem.ts'
import { maxTextLength } from '../yaml/limits.ts'
import type { TextFile } from '../yaml/parse-yaml.ts'
import { fileProblem, unreadable } from './unreadable.ts'

/** Larger files are not even read: no text of so many characters takes more in UTF-8. */
const maxFileBytes = maxTextLength * 3

/**
 * The texts of files, named as given. Only regular files are read, so that nothing is waited for.
 *
 * @throws ConfigError with one problem for each that cannot be read, is too large or is not UTF-8.
 */
export function readTextFiles(paths: readonly string[]): TextFile[] {
  const problems: Problem[] = []
  const files = paths.flatMap((path) => {
    const file = readTextFile(path)
    if ('text' in file) return [file]
    problems.push(file)
    return []
  })
  if (problems.length > 0) throw new ConfigError(problems)
  return files
}

function readTextFile(path: string): TextFile | Problem {
  let file: number | undefined
  try {
    // Without O_NONBLOCK, opening a pipe waits for whoever writes into it, and files of /proc may wait as well.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const stat = fstatSync(file)
    if (!stat.isFile()) return fileProblem(path, 'is not a file', 'name a YAML file')
    const bytes = stat.size > maxFileBytes ? undefined : readAtMost(file, maxFileBytes)
    if (bytes === undefined) {
      const size = stat.size > maxFileBytes ? `${stat.size}` : `more than ${maxFileBytes}`
      return fileProblem(path, `has ${size} bytes`, 'files of configuration are smaller than 1 MB')
    }
    return { file: path, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch (error) {
    return unreadable(path, error)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** What a file holds, whatever size it claims; absent if that is more than `limit` bytes. */
function readAtMost(file: number, limit: number): Buffer | undefined {
  const chunks: Buffer[] = []
  let total = 0
  while (total <= limit) {
    const chunk = Buffer.allocUnsafe(64 * 1024)
    const bytes = readSync(file, chunk)
    if (bytes === 0) return Buffer.concat(chunks)
    chunks.push(chunk.subarray(0, bytes))
    total += bytes
  }
  return undefined
}
