/**
 * How often intervals hold what they should: many simulated runs that differ in their seeds alone, and for each figure the share of runs whose 95 %
 * interval holds the value of all runs together. docs/intervals.md has the table.
 *
 *   npm run bench:coverage -- [--traces PATH] [--runs 200] [--first-seed 1] [--lanes 4,16,64] [--minutes 30] [--blocks 131072] [--processes 2] [--folder PATH]
 *
 * Without traces: 355 synthetic ones of recorded lengths. Every run is a file of the folder (some 200 KB), so that a bench that was stopped goes on, and
 * runs are judged by today's rules without being made again. The settings of the rules were chosen on seeds below 1001. Wanted: 92 to 98 %.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defaultEngine } from '@reprise/engine-sim/core'
import { benchFlags } from './bench-flags.ts'
import { judgeRun } from './held/judge-run.ts'
import { renderCoverage } from './held/render-coverage.ts'
import { type CoverageTask, runFile } from './held/simulate-runs.ts'

const { flags } = benchFlags(import.meta, {
  traces: { type: 'string' },
  runs: { type: 'string', default: '200' },
  'first-seed': { type: 'string', default: '1' },
  lanes: { type: 'string', default: '4,16,64' },
  minutes: { type: 'string', default: '30' },
  blocks: { type: 'string', default: String(defaultEngine().scheduler.numBlocks) },
  processes: { type: 'string', default: String(Math.min(2, availableParallelism())) },
  folder: { type: 'string', default: join(tmpdir(), 'reprise-coverage') },
})
const seeds = Array.from({ length: Number(flags.runs) }, (_, i) => Number(flags['first-seed']) + i)
const minutes = flags.minutes.split(',').map(Number)
const settings = flags.lanes
  .split(',')
  .flatMap((lanes) => minutes.map((each) => ({ lanes: Number(lanes), minutes: each, blocks: Number(flags.blocks) })))

mkdirSync(flags.folder, { recursive: true })
const wanted = seeds.flatMap((seed) => settings.map((setting) => ({ ...setting, seed })))
const tasks = wanted.filter((task) => !existsSync(fileOf(task)))
process.stdout.write(`${wanted.length - tasks.length} runs are in ${flags.folder}, ${tasks.length} are to be made\n`)
const startMs = performance.now()
const processes = Math.min(Number(flags.processes), tasks.length)
await Promise.all(Array.from({ length: processes }, (_, i) => simulate(tasks.filter((_, at) => at % processes === i))))
if (tasks.length > 0)
  process.stdout.write(`${tasks.length} runs in ${((performance.now() - startMs) / 60_000).toFixed(1)} min\n\n`)
process.stdout.write(renderCoverage(wanted.map((task) => judgeRun(fileOf(task), task))))

/** @throws Error where the process does not reach its end. */
async function simulate(own: readonly CoverageTask[]): Promise<void> {
  const file = fileURLToPath(new URL('held/simulate-runs.ts', import.meta.url))
  const child = spawn(process.execPath, [file], { stdio: ['pipe', 'inherit', 'inherit'] })
  const end = once(child, 'exit')
  child.stdin.end(JSON.stringify({ traces: flags.traces, folder: flags.folder, tasks: own }))
  const [code] = await end
  if (code !== 0) throw new Error(`a process of the benchmark ended with ${code}; start it again to go on`)
}

function fileOf(task: CoverageTask): string {
  return join(flags.folder, runFile(task))
}
