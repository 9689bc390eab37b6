/**
 * How often the bracket of `reprise capacity` holds the edge that an exhaustive sweep finds: an engine that serves two requests at a time, simulated at every number of lanes with many seeds,
 * whose pooled share of requests within the bound says where the edge lies; then searches with seeds of their own. docs/capacity.md has the figures.
 *
 *   npm run bench:capacity -- [--searches 20] [--sweep 30] [--lanes 12] [--minutes 10] [--bound 3s]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Result } from '@reprise/result-aggregator/run'
import { benchFlags } from './bench-flags.ts'
import { runCommand } from './search/run-command.ts'

const { flags } = benchFlags(import.meta, {
  searches: { type: 'string', default: '20' },
  sweep: { type: 'string', default: '30' },
  lanes: { type: 'string', default: '12' },
  minutes: { type: 'string', default: '10' },
  bound: { type: 'string', default: '3s' },
})
const folder = mkdtempSync(join(tmpdir(), 'reprise-bench-capacity-'))
const engine = join(folder, 'engine.json')
writeFileSync(
  engine,
  JSON.stringify({
    ...{ schema: 'engine/1', model: 'slow', scheduler: { numBlocks: 16_384, maxNumSeqs: 2 } },
    stepTime: { baseMs: 30, prefillMsPerToken: 0.1 },
  }),
)
const traces = join(folder, 'traces')
await runCommand([
  'trace',
  'synth',
  '--out',
  traces,
  '--traces',
  '355',
  '--scale',
  '0.1',
  '--turn-scale',
  '0.25',
  '--json',
])
const load = ['--engine', engine, '--traces', traces, '--think-cap', '3', '--duration', `${flags.minutes}m`]
const quiet = ['--json', '--quiet', '--no-report']

let edge = 0
for (let lanes = 1; lanes <= Number(flags.lanes); lanes += 1) {
  const [good, judged] = await sweepAt(lanes)
  const share = good / judged
  process.stdout.write(`${lanes} lanes: ${(100 * share).toFixed(2)} % of ${judged} requests within ${flags.bound}\n`)
  if (share >= 0.9 && edge === lanes - 1) edge = lanes
}
process.stdout.write(`edge: ${edge} lanes\n`)
let [right, both, runs, steps] = [0, 0, 0, 0]
for (let search = 1; search <= Number(flags.searches); search += 1) {
  const out = ['--out', join(folder, `search-${search}`), '--seed', String(10_000 + 100 * search)]
  const words = [
    'capacity',
    '--slo',
    `ttft_p90=${flags.bound}`,
    ...load,
    '--lanes',
    `1-${flags.lanes}`,
    ...out,
    ...quiet,
  ]
  const { holds, breaks, points } = await runCommand<Found>(words, [4])
  if ((holds ?? 0) <= edge && (breaks ?? Infinity) > edge) right += 1
  if (holds !== undefined && breaks !== undefined) [both, steps] = [both + 1, steps + breaks - holds]
  runs += points.reduce((sum, point) => sum + point.runs.length, 0)
}
const each = Number(flags.searches)
process.stdout.write(
  `${right} of ${each} brackets hold it, ${both} have two ends, ${(steps / both).toFixed(1)} lanes apart; ${(runs / each).toFixed(1)} runs a search\n`,
)
rmSync(folder, { recursive: true, force: true })

interface Found {
  readonly holds?: number
  readonly breaks?: number
  readonly points: readonly { readonly runs: readonly unknown[] }[]
}

async function sweepAt(lanes: number): Promise<[good: number, judged: number]> {
  let [good, judged] = [0, 0]
  for (let seed = 1; seed <= Number(flags.sweep); seed += 1) {
    const run = ['--lanes', String(lanes), '--seed', String(seed), '--slo', `ttft=${flags.bound}`]
    const out = ['--out', join(folder, 'sweep'), '--overwrite']
    const { goodput } = await runCommand<Result>(['simulate', ...load, ...run, ...out, ...quiet], [4])
    good += goodput!.good
    judged += goodput!.judged
  }
  return [good, judged]
}
