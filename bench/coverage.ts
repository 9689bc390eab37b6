/**
 * How often intervals hold what they should: many simulated runs that differ in their seeds alone, and for each figure the share of runs whose 95 %
 * interval holds the value of all runs together. docs/intervals.md has the table.
 *
 *   npm run bench:coverage -- [--traces PATH] [--runs 200] [--lanes 4,16,64] [--minutes 30] [--blocks 131072] [--processes 2] [--state FILE]
 *
 * Without traces: 355 synthetic ones of recorded lengths. Every run is a line of the state file, so that it goes on where it was stopped. Wanted: 92 to 98 %.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { defaultEngine } from '@reprise/engine-sim/core'
import { renderCoverage } from './held/render-coverage.ts'
import type { CoverageRun, CoverageTask } from './held/simulate-runs.ts'

const { values: flags } = parseArgs({
  options: {
    traces: { type: 'string' },
    runs: { type: 'string', default: '200' },
    lanes: { type: 'string', default: '4,16,64' },
    minutes: { type: 'string', default: '30' },
    blocks: { type: 'string', default: String(defaultEngine().scheduler.numBlocks) },
    processes: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    state: { type: 'string', default: join(tmpdir(), 'reprise-coverage.jsonl') },
  },
})
const seeds = Array.from({ length: Number(flags.runs) }, (_, i) => i + 1)
const minutes = flags.minutes.split(',').map(Number)
const settings = flags.lanes
  .split(',')
  .flatMap((lanes) => minutes.map((each) => ({ lanes: Number(lanes), minutes: each, blocks: Number(flags.blocks) })))

const done = readState()
const isDone = new Set(done.map(nameOf))
const tasks = seeds
  .flatMap((seed) => settings.map((setting) => ({ ...setting, seed })))
  .filter((task) => !isDone.has(nameOf(task)))
process.stdout.write(`${isDone.size} runs are in ${flags.state}, ${tasks.length} are to be made\n`)
const startMs = performance.now()
const processes = Math.min(Number(flags.processes), tasks.length)
await Promise.all(Array.from({ length: processes }, (_, i) => simulate(tasks.filter((_, at) => at % processes === i))))
if (tasks.length > 0)
  process.stdout.write(`${tasks.length} runs in ${((performance.now() - startMs) / 60_000).toFixed(1)} min\n\n`)
const wanted = new Set(seeds.flatMap((seed) => settings.map((setting) => nameOf({ ...setting, seed }))))
process.stdout.write(renderCoverage(readState().filter((run) => wanted.has(nameOf(run)))))

/** @throws Error where the process does not reach its end. */
async function simulate(own: readonly CoverageTask[]): Promise<void> {
  const file = fileURLToPath(new URL('held/simulate-runs.ts', import.meta.url))
  const child = spawn(process.execPath, [file], { stdio: ['pipe', 'pipe', 'inherit'] })
  const end = once(child, 'exit')
  child.stdin.end(JSON.stringify({ traces: flags.traces, tasks: own }))
  for await (const line of createInterface({ input: child.stdout })) appendFileSync(flags.state, `${line}\n`)
  const [code] = await end
  if (code !== 0) throw new Error(`a process of the benchmark ended with ${code}; start it again to go on`)
}

/** A line that was torn by a kill is simulated again. */
function readState(): CoverageRun[] {
  if (!existsSync(flags.state)) return []
  return readFileSync(flags.state, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as CoverageRun]
      } catch {
        return []
      }
    })
}

function nameOf({ lanes, minutes: length, blocks, seed }: CoverageTask): string {
  return `${lanes} lanes, ${length} min, ${blocks} blocks, seed ${seed}`
}
