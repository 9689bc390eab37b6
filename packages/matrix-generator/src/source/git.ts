import { execFileSync } from 'node:child_process'
import { ConfigError, type TextFile } from '@reprise/config-file'
import { printable } from '@reprise/safe-text'

/** Room for the output of one git command. Bytes. */
const maxBuffer = 64 * 1024 * 1024

/**
 * The files that differ between two revisions, as paths from the root of the repository that holds `cwd`. A revision of zeros is the
 * one before the first: it has no file.
 *
 * @throws ConfigError if git does not know a revision or `cwd` is no repository.
 */
export function changedFiles(cwd: string, baseRef: string, headRef: string): string[] {
  const refs = [baseRef, headRef].map((ref) => (isNoCommit(ref) ? emptyTree(cwd) : ref))
  const out = git(cwd, ['diff', '--name-only', '-z', '--no-renames', '--end-of-options', ...refs, '--'])
  return out.split('\0').filter((path) => path !== '')
}

/**
 * A file as of a revision; absent if it was not there.
 *
 * @throws ConfigError if git does not know the revision or `cwd` is no repository.
 */
export function readAtRef(cwd: string, ref: string, path: string): TextFile | undefined {
  if (isNoCommit(ref)) return undefined
  const [object] = git(cwd, ['ls-tree', '-z', '--full-tree', '--end-of-options', ref, '--', path]).split('\0')
  const hash = object?.match(/^\d+ blob ([0-9a-f]+)\t/)?.[1]
  if (hash === undefined) return undefined
  return { file: path, text: git(cwd, ['cat-file', 'blob', hash]) }
}

/**
 * The commit that a branch left another one at, in full; zeros where there was none before.
 *
 * @throws ConfigError if git does not know a revision, or the two have nothing in common.
 */
export function mergeBase(cwd: string, baseRef: string, headRef: string): string {
  if (isNoCommit(baseRef)) return baseRef
  return git(cwd, ['merge-base', '--end-of-options', baseRef, headRef]).trim()
}

/** How GitHub names the commit before the first push to a branch. Source: docs.github.com, "Webhook events and payloads", `push`, `before`. */
function isNoCommit(ref: string): boolean {
  return /^0{40}(?:0{24})?$/.test(ref)
}

/** Git knows this tree in every repository, by a name that depends on its kind of hash. */
function emptyTree(cwd: string): string {
  return git(cwd, ['hash-object', '-t', 'tree', '--stdin']).trim()
}

function git(cwd: string, args: readonly string[]): string {
  try {
    return execFileSync('git', [...args], { cwd, encoding: 'utf8', maxBuffer, stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    const { stderr } = error as { stderr?: string }
    const reason = printable(String(stderr ?? (error as Error).message), 200)
    const message = `git ${args[0]} failed: ${reason}`
    throw new ConfigError([
      { severity: 'error', code: 'git', message, cure: 'name revisions that this clone has (fetch-depth: 0)' },
    ])
  }
}
