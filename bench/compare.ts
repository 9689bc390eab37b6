/**
 * How often `compare` says the truth: simulated runs of many seeds, each held against the same server on another day, and against one whose decode steps are
 * slower, on the same plan (paired) and on that of another seed. docs/compare.md has the table.
 *
 *   npm run bench:compare -- [--traces PATH] [--runs 200] [--first-seed 1] [--lanes 16] [--minutes 30] [--slower 0.03] [--drift 0] [--processes 2] [--state FILE]
 *
 * Without traces: 355 synthetic ones of recorded lengths. Each seed is a line of the state file, so that it goes on where it was stopped. The settings of the rules
 * were chosen on seeds below 1001. Wanted: no difference of the same server in 95 % of seeds, and a difference of a slower one in 90 %.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { benchFlags } from './bench-flags.ts'
import type { ComparedSeed, CompareTask } from './compared/compare-simulated.ts'
import { renderPower } from './compared/render-power.ts'

const { flags } = benchFlags(import.meta, {
  traces: { type: 'string' },
  runs: { type: 'string', default: '200' },
  'first-seed': { type: 'string', default: '1' },
  lanes: { type: 'string', default: '16' },
  minutes: { type: 'string', default: '30' },
  slower: { type: 'string', default: '0.03' },
  drift: { type: 'string', default: '0' },
  processes: { type: 'string', default: String(Math.min(2, availableParallelism())) },
  state: { type: 'string', default: join(tmpdir(), 'reprise-compare.jsonl') },
})
const seeds = Array.from({ length: Number(flags.runs) }, (_, i) => Number(flags['first-seed']) + i)
const wanted = seeds.flatMap((seed) =>
  flags.lanes.split(',').map(
    (lanes): CompareTask => ({
      ...{ lanes: Number(lanes), minutes: Number(flags.minutes), seed },
      ...{ slower: 1 + Number(flags.slower), drift: Number(flags.drift) },
    }),
  ),
)
const names = new Set(wanted.map(nameOf))
const done = new Set(readState().map(nameOf))
const tasks = wanted.filter((task) => !done.has(nameOf(task)))
process.stdout.write(
  `${wanted.length - tasks.length} seeds are in ${flags.state}, ${tasks.length} are to be compared\n`,
)
const startMs = performance.now()
const processes = Math.min(Number(flags.processes), tasks.length)
await Promise.all(Array.from({ length: processes }, (_, i) => compare(tasks.filter((_, at) => at % processes === i))))
if (tasks.length > 0)
  process.stdout.write(`${tasks.length} seeds in ${((performance.now() - startMs) / 60_000).toFixed(1)} min\n\n`)
process.stdout.write(renderPower(readState().filter((seed) => names.has(nameOf(seed)))))

/** @throws Error where the process does not reach its end. */
async function compare(own: readonly CompareTask[]): Promise<void> {
  const file = fileURLToPath(new URL('compared/compare-simulated.ts', import.meta.url))
  const child = spawn(process.execPath, [file], { stdio: ['pipe', 'pipe', 'inherit'] })
  const end = once(child, 'exit')
  child.stdin.end(JSON.stringify({ traces: flags.traces, tasks: own }))
  for await (const line of createInterface({ input: child.stdout })) appendFileSync(flags.state, `${line}\n`)
  const [code] = await end
  if (code !== 0) throw new Error(`a process of the benchmark ended with ${code}; start it again to go on`)
}

/** A line that was torn by a kill is compared again. */
function readState(): ComparedSeed[] {
  if (!existsSync(flags.state)) return []
  return readFileSync(flags.state, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as ComparedSeed]
      } catch {
        return []
      }
    })
}

function nameOf({ lanes, minutes, slower, drift, seed }: CompareTask): string {
  return `${lanes} ${minutes} ${slower} ${drift} ${seed}`
}
