import { readFileSync, statSync } from 'node:fs'
import { printable } from '@reprise/safe-text'
import { ConfigError, type Problem } from '../problem.ts'
import type { TextFile } from '../yaml/parse-yaml.ts'

/** Larger files are not even read. Bytes. */
const maxFileBytes = 64 * 1024 * 1024

/**
 * The texts of files, named as given.
 *
 * @throws ConfigError with one problem for each that cannot be read or is not UTF-8.
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
  try {
    const stat = statSync(path)
    if (!stat.isFile()) return problem(path, 'is not a file', 'name a YAML file')
    if (stat.size > maxFileBytes) return problem(path, `has ${stat.size} bytes`, 'master files are smaller than 1 MB')
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
    return { file: path, text }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT')
      return problem(path, 'does not exist', 'check the path; it counts from the working directory')
    if (error instanceof TypeError) return problem(path, 'is not UTF-8 text', 'save it as UTF-8')
    return problem(path, `cannot be read (${code ?? 'unknown reason'})`, 'check its permissions')
  }
}

function problem(path: string, what: string, cure: string): Problem {
  return { severity: 'error', code: 'file', message: `${printable(path, 300)} ${what}`, cure }
}
