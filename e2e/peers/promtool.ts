import { execFileSync, spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What promtool says of a metrics page. */
export interface Checked {
  /** What it cannot read; absent where it reads all. */
  readonly error?: string
  /** A line for each thing that it would name otherwise: the metric and why. */
  readonly remarks: readonly string[]
}

export interface Promtool {
  readonly version: string
  check(page: string): Checked
  remove(): void
}

const variable = 'REPRISE_PROMTOOL'

/**
 * Prometheus's promtool: the one that `REPRISE_PROMTOOL` names, else Debian's, unpacked and not installed, which would start a server. Undefined, and
 * said aloud, where there is none.
 */
export function promtool(): Promtool | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-promtool-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    const file = process.env[variable] ?? unpackDebians(folder)
    const version = execFileSync(file, ['--version'], { encoding: 'utf8' })
      .split('\n')[0]!
      .replace(/, version (\S*).*/, ' $1')
    return { version, check: (page) => check(file, page), remove }
  } catch (error) {
    remove()
    console.warn(
      `SKIPPED: no promtool here (${error instanceof Error ? error.message.split('\n')[0] : error}); name one in ${variable}`,
    )
    return undefined
  }
}

function unpackDebians(folder: string): string {
  execFileSync('apt-get', ['download', '--quiet', 'prometheus'], { cwd: folder, stdio: 'pipe', timeout: 200_000 })
  const [archive] = globSync('*.deb', { cwd: folder })
  execFileSync('dpkg', ['-x', join(folder, archive!), folder], { stdio: 'pipe' })
  return join(folder, 'usr/bin/promtool')
}

/** It ends with 1 where it cannot read a page, with 3 where it has remarks. */
function check(file: string, page: string): Checked {
  const { status, stderr } = spawnSync(file, ['check', 'metrics'], { input: page, encoding: 'utf8' })
  const lines = stderr.split('\n').filter((line) => line !== '')
  if (status === 0 || status === 3) return { remarks: lines }
  return { error: lines.join('; ') || `ended with ${status}`, remarks: [] }
}
