import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { agenticHour, sweepJobWith } from '@reprise/matrix-generator/fixtures'
import { onTestFinished } from 'vitest'
import { processHost } from '../host/process-host.ts'
import { hostFor } from './host-for.ts'
import type { LaunchJobOptions } from './launch-job.ts'

/** A server in one word of Node: it answers everything with 200. */
const serving = `require('node:http').createServer((_, reply) => reply.end('{}')).listen(Number(process.argv[1]), '127.0.0.1')`

export const tinyJob = sweepJobWith(
  { runner: 'cluster:local', scenario: { ...agenticHour, durationS: 1 } },
  { id: '3dcbd2e1adfa85dc', profile: 'local', timeoutMinutes: 5 },
)

/** A folder that goes away with the test, and what a launch of `tinyJob` there needs. */
export function launchPlace(): { folder: string; state: string; options: (attempt?: string) => LaunchJobOptions } {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-launch-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(join(folder, 'benchmarks'))
  const recipe = join(folder, 'benchmarks/tiny.yaml')
  const command = [process.execPath, '-e', serving, `\${port}`]
  const deadlines = { start: 10, load: 20, ready: 10, warm: 10 }
  const server = { command, 'health-path': '/health', 'deadlines-s': deadlines }
  writeFileSync(recipe, JSON.stringify({ title: 'A server of one line', engine: 'other', server }))
  const profile = join(folder, 'local.yaml')
  const limits = { 'timeout-minutes': 5, 'stop-grace-s': 0.5 }
  writeFileSync(
    profile,
    JSON.stringify({ name: 'local', host: 'process', vendor: 'none', 'runs-on': ['x'], ...limits }),
  )
  const state = join(folder, 'launch')
  const signal = new AbortController().signal
  return {
    folder,
    state,
    options: (attempt) => {
      return {
        job: tinyJob,
        state,
        files: { recipe, profile },
        hosts: hostFor,
        signal,
        ...(attempt !== undefined && { attempt }),
      }
    },
  }
}

/** Ends what carries the label when the test is over. */
export function endAfterwards(label: string): void {
  onTestFinished(async () => void (await processHost().cleanUp(label, { graceS: 0.1 })))
}
