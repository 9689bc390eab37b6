import { printable } from '@reprise/safe-text'
import { TraceError } from '../problem.ts'

/** Trace files of a data set of the Hugging Face Hub. */
export interface HubName {
  /** `OWNER/NAME`. */
  readonly dataset: string
  /** A branch, a tag or a commit. */
  readonly revision: string
  /** A file, a folder, or a pattern; absent: the whole. */
  readonly path?: string
}

export function isHubName(path: string): boolean {
  return path.startsWith('hf:')
}

/**
 * What `hf:OWNER/NAME[@REVISION][/PATH]` names; `hf://datasets/OWNER/...` is the same. A slash in a revision is written `%2F`.
 *
 * @throws TraceError for anything else.
 */
export function parseHubName(text: string): HubName {
  const found = /^hf:(?:\/\/datasets\/)?([\w.-]+\/[\w.-]+)(?:@([^/]+))?(?:\/(.*))?$/.exec(text)
  const [, dataset = '', revision = 'main', path = ''] = found ?? []
  const isGood = found && !dataset.split('/').some(isDots) && isRevision(revision) && (path === '' || isPlainPath(path))
  if (!isGood)
    throw new TraceError(
      `${printable(text, 300)}: no data set of the Hub; write hf:OWNER/NAME, hf:OWNER/NAME@REVISION or hf:OWNER/NAME/PATH (a slash in a revision is %2F)`,
    )
  const folder = path.replace(/\/+$/, '')
  return { dataset, revision: decodeURIComponent(revision), ...(folder !== '' && { path: folder }) }
}

/** Whether a path leads nowhere but down from where it begins. */
export function isPlainPath(path: string): boolean {
  if (path.length > 1000 || /[\\:\p{Cc}]/u.test(path)) return false
  return path
    .replace(/\/+$/, '')
    .split('/')
    .every((part) => part !== '' && !isDots(part))
}

function isDots(part: string): boolean {
  return part === '.' || part === '..'
}

function isRevision(text: string): boolean {
  try {
    return isPlainPath(decodeURIComponent(text))
  } catch {
    return false
  }
}
