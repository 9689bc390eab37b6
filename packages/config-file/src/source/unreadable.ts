import { printable } from '@reprise/safe-text'
import type { Problem } from '../problem.ts'

/** Why a file or folder could not be read, with what to do about it. */
export function unreadable(path: string, error: unknown): Problem {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown reason'
  const [what, cure] = Object.hasOwn(reasons, code) ? reasons[code]! : [undefined, 'check its permissions']
  return fileProblem(path, what ?? `cannot be read (${code})`, cure)
}

/** Something about a file as a whole, which has no line. */
export function fileProblem(path: string, what: string, cure: string): Problem {
  return { severity: 'error', code: 'file', message: `${printable(path, 300)} ${what}`, cure }
}

const reasons: Readonly<Record<string, readonly [what: string, cure: string]>> = {
  ENOENT: ['does not exist', 'check the path; it counts from the working directory'],
  ENOTDIR: ['leads through a file as if it were a folder', 'check the path'],
  ELOOP: ['is a link that leads back to itself', 'name the file itself'],
  ENAMETOOLONG: ['is too long for a path', 'check the path'],
  EISDIR: ['is not a file', 'name a YAML file'],
  ENXIO: ['is not a file', 'name a YAML file'],
  EAGAIN: ['is not a file that ends', 'name a YAML file'],
  ERR_INVALID_ARG_VALUE: ['is no path', 'check the path'],
  ERR_ENCODING_INVALID_ENCODED_DATA: ['is not UTF-8 text', 'save it as UTF-8'],
}
