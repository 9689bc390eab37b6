import { type EngineSetup, RouterConfig } from '@reprise/engine-sim/core'
import { stagedRouters } from '../options/fleet-options.ts'
import type { ServedJob, ServedWorkers } from './served-job.ts'
import type { ServerFlags } from './server-flags.ts'

/** Who takes the requests of a job. */
export interface JobRouters {
  /** Of workers that do all, or of those that compute prompts. */
  readonly first: RouterConfig
  readonly decode: RouterConfig
  /** Of the ranks of a worker, where the router chooses among them. */
  readonly balance?: EngineSetup['dataParallelBalance']
  /** What is otherwise than in the router itself. */
  readonly notes: readonly string[]
}

/**
 * The routers of a job by the flags of what stands in front of its workers, or in one line why the model has none like it. `ranked`: workers have ranks, among which a
 * router that knows of them chooses too.
 *
 * Source: `--router-mode` of Dynamo's frontend (by itself round robin); `--policy` of SGLang's and vLLM's routers (by itself cache_aware), `--prefill-policy`, `--decode-policy`, `--dp-aware`,
 * `--intra-node-data-parallel-size`.
 */
export function jobRouters({ router, withoutRecipe }: ServedJob, ranked: boolean): JobRouters | string {
  if (!router) return { first: roundRobin, decode: roundRobin, notes: [] }
  const { flags } = router
  if (withoutRecipe !== undefined)
    return { first: roundRobin, decode: roundRobin, notes: [`how ${router.name} chooses is not known: round robin`] }
  const mode = flags.get('--router-mode')
  return mode === undefined && !flags.has('--policy') && router.name.startsWith('dynamo')
    ? ofDynamo('round-robin', flags, ranked)
    : mode === undefined
      ? ofGateway(flags, ranked)
      : ofDynamo(mode, flags, ranked)
}

const roundRobin: RouterConfig = { routing: 'round-robin' }

function ofDynamo(mode: string, flags: ServerFlags, ranked: boolean): JobRouters | string {
  switch (mode) {
    case 'round-robin':
    case 'random':
    case 'least-loaded': {
      const router = RouterConfig.parse({ routing: mode })
      return { first: router, decode: router, notes: [] }
    }
    case 'kv': {
      if (ranked)
        return sessions(
          'the KV router chooses among ranks, and is not told here what each of them holds: sessions stay on a worker and a rank',
        )
      const number = (flag: string) => (flags.has(flag) ? Number(flags.get(flag)) : undefined)
      const router = RouterConfig.parse({
        routing: 'kv',
        overlapScoreCredit: number('--router-kv-overlap-score-credit') ?? number('--kv-overlap-score-weight'),
        temperature: number('--router-temperature'),
        useKvEvents: flags.has('--no-kv-events') || flags.has('--no-router-kv-events') ? false : undefined,
      })
      const { prefill, decode } = stagedRouters(router)
      return { first: prefill, decode, notes: [] }
    }
    default:
      return `--router-mode ${mode} is not modelled; round-robin, random, least-loaded and kv are`
  }
}

function sessions(note: string): JobRouters {
  const router = RouterConfig.parse({ routing: 'consistent-hash' })
  return { first: router, decode: router, balance: 'session', notes: [note] }
}

function ofGateway(flags: ServerFlags, ranked: boolean): JobRouters | string {
  const policy = flags.get('--policy') ?? 'cache_aware'
  const knowsRanks = flags.has('--dp-aware') || Number(flags.get('--intra-node-data-parallel-size') ?? 1) > 1
  const notes: string[] = []
  const one = (name: string): RouterConfig | string => {
    const found = policies[name.replaceAll('-', '_')]
    if (!found) return `--policy ${name} is not modelled; ${Object.keys(policies).join(', ')} are`
    if (found.note) notes.push(found.note)
    return RouterConfig.parse(found.router)
  }
  const first = one(flags.get('--prefill-policy') ?? policy)
  const decode = one(flags.get('--decode-policy') ?? policy)
  if (typeof first === 'string') return first
  if (typeof decode === 'string') return decode
  const staysByRank = ranked && knowsRanks && first.routing === 'consistent-hash'
  if (ranked && (first.routing === 'kv' || decode.routing === 'kv'))
    return sessions(
      'cache_aware goes by what was sent to each rank, which is not known here: sessions stay on a worker and a rank',
    )
  return { first, decode, notes: [...new Set(notes)], ...(staysByRank && { balance: 'session' as const }) }
}

const policies: Readonly<Record<string, { readonly router: object; readonly note?: string }>> = {
  random: { router: { routing: 'random' } },
  round_robin: { router: { routing: 'round-robin' } },
  consistent_hash: { router: { routing: 'consistent-hash' } },
  consistent_hashing: { router: { routing: 'consistent-hash' } },
  power_of_two: {
    router: { routing: 'least-loaded' },
    note: 'power_of_two looks at two workers, and here at all of them',
  },
  cache_aware: {
    router: { routing: 'kv', useKvEvents: false },
    note: "cache_aware goes by what it sent before, here with the costs of Dynamo's router",
  },
}

/** Whether some of the workers have ranks. */
export function areRanked(workers: readonly ServedWorkers[], ranksOf: (worker: ServedWorkers) => number): boolean {
  return workers.some((worker) => ranksOf(worker) > 1)
}
