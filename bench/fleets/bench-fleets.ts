import { parseEngineConfig, RouterConfig } from '@reprise/engine-sim/core'
import { readCorpus } from '@reprise/trace'
import { type Arrival, arrivalsOf } from './arrivals-of.ts'
import { type FleetRun, runFleet } from './run-fleet.ts'

const workers = 8
/** Of each worker, as Dynamo's simulator has by itself: 16,384 blocks of 64 tokens. */
const cacheTokens = 16_384 * 64
/** The first two are slow, as the program is compiled while it runs. */
const rounds = 9

/** Requests a second that are wanted, by router. */
const budgets = { 'round-robin': 25_000, kv: 20_000 } as const

/** What ten equal runs of Dynamo's simulator gave with its KV router and blocks of 64 tokens. Source: measured, Dynamo's offline replay. */
const dynamoHits = { least: 0.1965, most: 0.2041 }

/** The trace over fleets, as lines of a name and what there is to say: how fast, and how much is found in caches. @throws TraceError */
export async function benchFleets(path: string): Promise<[string, string][]> {
  const { corpus } = await readCorpus(path)
  const [large, small] = [512, 64].map((blockSize) => ({ blockSize, arrivals: arrivalsOf(corpus, blockSize) }))
  const routers = Object.keys(budgets) as (keyof typeof budgets)[]
  const speeds = routers.map((router): [string, string] => {
    const runs = Array.from({ length: rounds }, () => run(router, large!))
    const sorted = (values: readonly number[]) => values.toSorted((one, other) => one - other)
    const perS = sorted(runs.map(({ requests, wallS }) => requests / wallS))
    const perCpuS = sorted(runs.map(({ requests, cpuS }) => requests / cpuS))
    const range = `${Math.round(perS[0]!)}-${Math.round(perS.at(-1)!)}`
    return [
      router,
      `${Math.round(perS[rounds >> 1]!)} requests/s, ${range} (budget ${budgets[router]}), ${Math.round(perCpuS[rounds >> 1]!)} in a second of a processor; ${told(runs[0]!)}`,
    ]
  })
  const again = [run('kv', small!), run('kv', small!)]
  const isSame = again[0]!.hitRate === again[1]!.hitRate && again[0]!.meanTtftMs === again[1]!.meanTtftMs
  const { least, most } = dynamoHits
  return [
    ...speeds,
    ['round-robin 64', told(run('round-robin', small!))],
    ['kv 64', `${told(again[0]!)} (Dynamo ${least}-${most}), twice ${isSame ? 'the same to the bit' : 'DIFFERENT'}`],
  ]
}

function run(routing: string, { blockSize, arrivals }: { blockSize: number; arrivals: readonly Arrival[] }): FleetRun {
  const scheduler = { blockSize, numBlocks: cacheTokens / blockSize + 1, maxModelLen: 200_000 }
  const engine = parseEngineConfig(JSON.stringify({ scheduler, stepTime: { kind: 'polynomial' } }))
  return runFleet({ ...engine, fleet: { workers, router: RouterConfig.parse({ routing }) } }, arrivals)
}

function told({ requests, hitRate, meanTtftMs }: FleetRun): string {
  return `${requests} requests, ${hitRate.toFixed(4)} of prompts found in a cache, mean TTFT ${meanTtftMs.toFixed(1)} ms`
}
