import { quantile } from '@reprise/trace/quantile'
import type { StreamDelays } from './measure-streams.ts'

/** What was measured beside its budget. */
export interface Verdict {
  readonly what: string
  readonly told: string
  readonly verdict: 'kept' | 'MISSED' | 'not resolved here' | 'no budget'
}

type Route = 'direct' | 'plain proxy' | 'capture'

const budgets = [
  ['p50', 0.5, 1],
  ['p99', 0.99, 5],
] as const

/** What proxies add, in the median of the rounds; what no proxy at all varies by between rounds is what can be resolved. */
export function judgeDelays(rounds: readonly Readonly<Record<Route, StreamDelays>>[]): Verdict[] {
  const routes: readonly Route[] = ['plain proxy', 'capture']
  return routes.flatMap((route) =>
    (['firstTokenMs', 'chunkMs'] as const).flatMap((what) =>
      budgets.map(([name, share, budgetMs]): Verdict => {
        const of = (each: Route) => rounds.map((round) => figure(round[each][what], share))
        const direct = of('direct')
        const added = figure(
          of(route).map((ms, round) => ms - direct[round]!),
          0.5,
        )
        const variesMs = Math.max(...direct) - Math.min(...direct)
        const count = rounds.reduce((sum, round) => sum + round[route][what].length, 0)
        return {
          what: `${route}, ${what === 'chunkMs' ? 'each chunk' : 'first token'}, ${name}`,
          told: `${signed(added)} ms over ${figure(direct, 0.5).toFixed(2)} (\u00b1 ${(variesMs / 2).toFixed(2)}, n ${count}), budget ${budgetMs} ms`,
          verdict: route === 'capture' ? verdictOf(added, { variesMs, budgetMs }) : 'no budget',
        }
      }),
    ),
  )
}

/** Where the machine alone varies by more than the budget, nothing is kept; only what is far past both is missed. */
function verdictOf(
  addedMs: number,
  { variesMs, budgetMs }: { readonly variesMs: number; readonly budgetMs: number },
): Verdict['verdict'] {
  if (variesMs > budgetMs) return addedMs > budgetMs + variesMs ? 'MISSED' : 'not resolved here'
  return addedMs <= budgetMs ? 'kept' : 'MISSED'
}

/** Of memory over time: whether it has stopped to grow. */
export function judgeMemory(samplesMiB: readonly number[]): Verdict {
  const quarter = (index: number) =>
    figure(samplesMiB.slice((samplesMiB.length * index) / 4, (samplesMiB.length * (index + 1)) / 4), 0.5)
  const [before, last] = [quarter(2), quarter(3)]
  return {
    what: 'memory',
    told: `${[0, 1, 2, 3].map((index) => quarter(index).toFixed(0)).join(', ')} MiB by quarters, at most ${Math.max(...samplesMiB)}`,
    verdict: last <= 1.05 * before ? 'kept' : 'MISSED',
  }
}

function figure(values: readonly number[], share: number): number {
  return quantile(
    values.toSorted((x, y) => x - y),
    share,
  )!
}

function signed(ms: number): string {
  return `${ms < 0 ? '' : '+'}${ms.toFixed(2)}`
}
