import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../sources.ts'

/** Runs git in a folder, as nobody in particular. */
export function git(folder: string, ...args: string[]): string {
  const who = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false']
  return execFileSync('git', [...who, ...args], { cwd: folder, encoding: 'utf8', maxBuffer: 64 << 20 }).trim()
}

/** What lies in a clone, as patterns of git: all but the sources and the pages, which no job reads. */
const paths = ['/*', '!/packages/', '!/docs/', '!/bench/']

/** Clones the project as it lies on disk, what is not committed included, and commits it on branch `main`. */
export function cloneProject(to: string): void {
  execFileSync('git', ['clone', '--quiet', '--local', '--no-checkout', root, to])
  git(to, 'sparse-checkout', 'set', '--no-cone', ...paths)
  git(to, 'checkout', '--quiet', '-B', 'main')
  const changed = git(root, 'ls-files', '--modified', '--deleted', '--others', '--exclude-standard', '-z')
  for (const file of new Set(changed.split('\0').filter(Boolean))) {
    if (existsSync(join(root, file))) cpSync(join(root, file), join(to, file), { recursive: true })
    else rmSync(join(to, file), { force: true })
  }
  git(to, 'remote', 'set-url', 'origin', 'https://github.com/acme/bench.git')
  commitAll(to, 'as it lies on disk')
}

/** Commits whatever is in the folder; returns the commit. */
export function commitAll(folder: string, message: string): string {
  git(folder, 'add', '--all', '--sparse')
  git(folder, 'commit', '--quiet', '--allow-empty', '--no-verify', '--message', message)
  return git(folder, 'rev-parse', 'HEAD')
}
