import { KnownValues } from '../interval/known-values.ts'
import { goalCost } from '../measure/goal-cost.ts'
import { NumberList } from '../measure/number-list.ts'
import { type PilotFigure, percentileFigure, rateFigure } from '../measure/pilot-figure.ts'
import { plausibleUsage } from '../measure/plausible-usage.ts'
import { PlayNumbers } from '../measure/play-numbers.ts'
import { profilingWindows } from '../measure/profiling-windows.ts'
import { RequestRows } from '../measure/request-rows.ts'
import { inUnitOf, knownLatency } from '../measure/slo-latencies.ts'
import type { BudgetGoal, PilotBudget } from '../result/budget.ts'
import { defaultLimits } from '../result/limits.ts'
import { loadSizeOf } from '../result/load-size.ts'
import { requestsSent } from '../result/requests-sent.ts'
import { buildRun, cutRequests } from './build-run.ts'
import { readRun } from './read-run.ts'
import { StoredPlans } from './stored-plans.ts'

/**
 * What goals take, judged by pilot runs: one budget for each configuration and load among them, in the order of their loads. Runs that differ in
 * their seeds alone are judged together. `gpus`: instead of what the runs say.
 *
 * @throws RunFolderError where a folder holds no run, or one that cannot have happened.
 */
export async function readBudget(
  folders: readonly string[],
  goals: readonly BudgetGoal[],
  { gpus }: { readonly gpus?: number | undefined } = {},
): Promise<PilotBudget[]> {
  const plans = new StoredPlans()
  const pilots: Pilot[] = []
  for (const folder of folders) pilots.push(await readPilot(folder, goals, { plans, gpus }))
  const groups = [...Map.groupBy(pilots, ({ key }) => key).values()]
  return groups
    .toSorted(([one], [other]) => one!.size - other!.size)
    .map((group) => {
      const { load, ...known } = group[0]!.facts
      return {
        load,
        folders: group.map(({ folder }) => folder),
        ...known,
        goals: goals.map((goal, i) =>
          goalCost(
            goal,
            group.map(({ figures }) => figures[i]!),
            known,
          ),
        ),
      }
    })
}

interface Pilot {
  readonly folder: string
  /** The same of runs that differ in their seeds alone. */
  readonly key: string
  readonly size: number
  readonly facts: Omit<PilotBudget, 'folders' | 'goals'>
  /** In the order of the goals. */
  readonly figures: readonly PilotFigure[]
}

async function readPilot(
  folder: string,
  goals: readonly BudgetGoal[],
  { plans, gpus: given }: { readonly plans: StoredPlans; readonly gpus?: number | undefined },
): Promise<Pilot> {
  const result = await buildRun(folder, { plans })
  const { counts, throughput, load, identity, provenance } = result
  const stored = await readRun(folder)
  const { trees } = await plans.read(folder, stored.run)
  const rows = new RequestRows(profilingWindows(load, stored.phases), new PlayNumbers())
  const values = goals.map(() => new NumberList())
  const cut = await cutRequests(stored)
  for await (const told of stored.records()) {
    if (told.phase !== 'profiling' || cut.has(told)) continue
    const record = plausibleUsage(told)
    rows.add(record)
    for (const [i, { metric }] of goals.entries())
      values[i]!.push(metric === 'output' ? Number.NaN : knownLatency(metric, record))
  }
  const measuredMs = throughput?.windowMs ?? 0
  const fellBehind = counts.cancelled > defaultLimits.censoredShare.warn * requestsSent(counts)
  const clusters = rows.clusters({ measuredMs, fellBehind })
  const corpusMs = (measuredMs * trees.length) / Math.max(1, counts.plays)
  const figures = goals.map((goal, i): PilotFigure => {
    if (goal.metric === 'output') {
      const estimate = throughput?.intervals?.output
      return rateFigure(goal, {
        value: throughput?.output,
        estimate,
        measuredMs,
        corpusMs,
      })
    }
    const figure = percentileFigure(goal, new KnownValues(values[i]!.values()), { clusters, corpusMs })
    return figure.value === undefined ? figure : { ...figure, value: inUnitOf(goal.metric, figure.value) }
  })
  const gpus = given ?? identity.gpus
  const { label, value: size } = loadSizeOf(load)
  const [firstMs = 0] = stored.phases.map(({ startMs }) => startMs)
  const profilingMs = stored.phases.find(({ phase }) => phase === 'profiling')?.startMs ?? firstMs
  return {
    folder,
    key: JSON.stringify([load, identity, provenance.corpusDigest, provenance.preset]),
    size,
    facts: {
      ...{
        load: label,
        measuredMs,
        warmupMs: profilingMs - firstMs,
        sessions: counts.plays,
        corpusSessions: trees.length,
      },
      ...(gpus !== undefined && { gpus }),
    },
    figures,
  }
}
