/**
 * Whether a run as long as `reprise budget` says knows a figure as exactly as it promised: simulated pilots, each followed by a run of the promised length with another
 * seed; for each figure the reached half-width over the promised one. docs/capacity.md has the table.
 *
 *   npm run bench:budget -- [--traces PATH] [--seeds 10] [--lanes 4,16] [--pilot 60] [--times 4]
 *
 * `--times`: the promise is half-width of the pilot / sqrt(times), so that the run is about so many times as long. Without traces: 355 synthetic ones of a tenth of recorded lengths.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { textTable } from '@reprise/result-aggregator'
import { isInterval, type PilotBudget, type Result } from '@reprise/result-aggregator/run'
import { quantile } from '@reprise/trace/quantile'
import { benchFlags } from './bench-flags.ts'
import { runCommand } from './search/run-command.ts'

const { flags } = benchFlags(import.meta, {
  traces: { type: 'string' },
  seeds: { type: 'string', default: '10' },
  lanes: { type: 'string', default: '4,16' },
  pilot: { type: 'string', default: '60' },
  times: { type: 'string', default: '4' },
})
const folder = mkdtempSync(join(tmpdir(), 'reprise-bench-budget-'))
const traces = flags.traces ?? (await synthesize())
const figures = ['ttft_p50', 'ttft_p90', 'tpot_p50', 'e2e_p90', 'output'] as const
const rows: string[][] = []
for (const lanes of flags.lanes.split(',')) {
  const ratios = new Map<string, number[]>(figures.map((figure) => [figure, []]))
  const untold = new Map<string, number>()
  for (let seed = 1; seed <= Number(flags.seeds); seed += 1) await promiseAndReach(lanes, seed, { ratios, untold })
  for (const [figure, all] of ratios) {
    const sorted = all.toSorted((one, other) => one - other)
    const at = (p: number) => (sorted.length === 0 ? '-' : quantile(sorted, p)!.toFixed(2))
    rows.push([
      `${lanes} lanes`,
      figure,
      String(sorted.length),
      at(0.1),
      at(0.5),
      at(0.9),
      String(untold.get(figure) ?? 0),
    ])
  }
}
rmSync(folder, { recursive: true, force: true })
process.stdout.write(textTable([['load', 'figure', 'promises', 'p10', 'median', 'p90', 'no interval'], ...rows]))

type Tally = { readonly ratios: Map<string, number[]>; readonly untold: Map<string, number> }

async function promiseAndReach(lanes: string, seed: number, { ratios, untold }: Tally): Promise<void> {
  const pilot = join(folder, `pilot-${lanes}-${seed}`)
  const known = await simulate(lanes, seed, Number(flags.pilot) * 60_000, pilot)
  const goals = figures.flatMap((figure) => {
    const share = halfWidthOf(known, figure)
    return share === undefined ? [] : [`${figure}=${(100 * share) / Math.sqrt(Number(flags.times))}%`]
  })
  if (goals.length === 0) return
  const words = ['budget', pilot, '--half-width', goals.join(','), '--json']
  const { budgets } = await runCommand<{ budgets: PilotBudget[] }>(words)
  for (const { goal, run } of budgets[0]!.goals) {
    const figure = goal.metric === 'output' ? goal.metric : `${goal.metric}_p${goal.percentile}`
    if (!run) continue
    const reached = halfWidthOf(await simulate(lanes, 1_000 + seed, run.measuredMs, join(folder, 'run')), figure)
    if (reached === undefined) untold.set(figure, (untold.get(figure) ?? 0) + 1)
    else ratios.get(figure)!.push(reached / goal.halfWidthShare)
  }
}

function simulate(lanes: string, seed: number, measuredMs: number, out: string): Promise<Result> {
  const load = ['--lanes', lanes, '--seed', String(seed), '--duration', `${Math.round(measuredMs)}ms`]
  const where = ['--traces', traces, '--out', out, '--overwrite', '--json', '--quiet', '--no-report']
  return runCommand<Result>(['simulate', ...load, ...where], [4])
}

function halfWidthOf({ metrics, throughput }: Result, figure: string): number | undefined {
  const [metric, percentile] = figure.split('_') as ['ttft', 'p50' | 'p90']
  const estimate = figure === 'output' ? throughput?.intervals?.output : metrics[metric]?.intervals?.[percentile]
  return isInterval(estimate) ? estimate.halfWidthShare : undefined
}

async function synthesize(): Promise<string> {
  const out = join(folder, 'traces')
  await runCommand(['trace', 'synth', '--out', out, '--traces', '355', '--scale', '0.1', '--json'])
  return out
}
