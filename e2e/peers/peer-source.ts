import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Sources of others that no registry has. */
export interface PeerSource {
  /** A folder with the paths that were wanted, as of a commit. @throws Error where the source lacks it. */
  at(commit: string, ...paths: readonly string[]): string
  remove(): void
}

/**
 * The git repository of a project on GitHub: the one in the folder that the variable names, else a clone without history. Undefined, and
 * said aloud, where it is not to be had.
 */
export function peerSource(project: string, variable: string): PeerSource | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-source-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  const given = process.env[variable]
  const repository = given ?? join(folder, 'repository')
  const git = (...words: string[]) =>
    execFileSync('git', ['-C', repository, ...words], { stdio: 'pipe', maxBuffer: 2 ** 28 })
  if (given === undefined) {
    try {
      const url = `https://github.com/${project}`
      const env = { ...process.env, GIT_TERMINAL_PROMPT: '0' }
      execFileSync('git', ['clone', '--quiet', '--bare', '--filter=blob:none', url, repository], {
        stdio: 'pipe',
        timeout: 120_000,
        env,
      })
    } catch {
      remove()
      console.warn(
        `SKIPPED: ${project} cannot be had from GitHub here; put a clone of it somewhere and name it in ${variable}`,
      )
      return undefined
    }
  } else if (!existsSync(given)) {
    remove()
    console.warn(`SKIPPED: ${variable} names ${given}, where nothing is`)
    return undefined
  }
  return {
    at(commit, ...paths) {
      const into = mkdtempSync(join(folder, 'at-'))
      const archive = git('archive', '--format=tar', commit, ...paths)
      execFileSync('tar', ['-x', '-C', into], { input: archive, stdio: ['pipe', 'pipe', 'pipe'] })
      return into
    },
    remove,
  }
}
