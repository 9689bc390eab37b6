import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** What these scripts read of a job of a sweep plan (`sweep-job/2`). */
export interface PlannedJob {
  readonly id: string
  readonly name: string
  readonly configKey: string
  readonly gpus: number
  readonly profile: string
  readonly runsOn: readonly string[]
  readonly recipe?: string
  readonly job: {
    readonly concurrencies: readonly number[]
    readonly scenario:
      | { readonly kind: 'agentic-coding' }
      | { readonly kind: 'fixed-seq-len'; readonly inputTokens: number; readonly outputTokens: number }
  }
}

/** The jobs of a sweep plan that our own planner has just written. */
export function readSweep(file: string): readonly PlannedJob[] {
  return (JSON.parse(readFileSync(file, 'utf8')) as { jobs: PlannedJob[] }).jobs
}

/** An environment variable that the workflow gives. */
export function setting(name: string): string {
  const value = optionalSetting(name)
  if (value === undefined) throw new Error(`${name} is not set`)
  return value
}

/** One that may be absent, which for GitHub is the same as empty. */
export function optionalSetting(name: string): string | undefined {
  return process.env[name] || undefined
}

export interface Ended {
  readonly code: number
  readonly output: string
  /** The last line that it wrote for people, but for a count of problems. */
  readonly lastLine: string
}

/** Runs one `reprise` command of the bundle, without a shell. */
export function reprise(args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    // Problems as text: they end in a table, and the step before has made annotations of them.
    const env = { ...process.env, GITHUB_ACTIONS: '' }
    const limits = { timeout: 300_000, maxBuffer: 64 << 20, env }
    execFile(process.execPath, ['actions/dist/reprise.mjs', ...args], limits, (error, stdout, stderr) => {
      const lines = stderr
        .split('\n')
        .filter((line) => line.trim() !== '' && !/^\d+ (error|warning|note)s?\b/.test(line))
      const lastLine = lines.at(-1) ?? ''
      resolve({ code: error ? (typeof error.code === 'number' ? error.code : 1) : 0, output: stdout, lastLine })
    })
  })
}

/** Text of a pull request in a cell of a table: it formats nothing, links nothing, mentions nobody. */
export function cell(text: string): string {
  const plain = text.replace(/[^\p{L}\p{N} .,:;()'"=+/_*?-]/gu, '·').slice(0, 200)
  return plain.replace(/[_*]/g, '\\$&')
}
