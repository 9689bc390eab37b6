import type { Corpus } from '@reprise/trace'
import type { FidelityCondition } from '../result/fidelity.ts'
import { loadSizeOf } from '../result/load-size.ts'
import type { RunTarget } from '../result/run-header.ts'
import type { CheckName } from './check-list.ts'
import type { ReplayedRun } from './replayed-run.ts'

/** What may differ between both sides, or be accepted to. */
export const conditionNames = [
  ...([
    'traces',
    'model',
    'tokenizer',
    'block-size',
    'block-scope',
    'waits',
    'load',
    'time-scale',
    'output-length',
    'end',
  ] as const),
  ...([
    'cache-at-start',
    'topology',
    'api',
    'plan',
    'seed',
    'hardware',
    'precision',
    'engine-blocks',
    'content',
    'assistant',
    'before',
  ] as const),
] as const
export type ConditionName = (typeof conditionNames)[number]

/** A condition, and what cannot be checked where it differs. */
export interface Condition extends FidelityCondition {
  readonly name: ConditionName
  readonly bars: readonly CheckName[]
  /** Why, in words that follow the name of the check. */
  readonly why: string
}

const serving = ['first-token', 'service-time', 'measured-reuse'] as const
const served = ['ttft', 'tpot', 'e2e', 'hits'] as const
const counts = ['missing-sessions', 'missing-turns', 'doubled-requests'] as const
const times = ['planned-times', 'clock-shift', 'arrival-drift', 'gaps'] as const

/** What has to be alike before a run is held against captured traces. */
export function captureConditions(corpus: Corpus, replayed: ReplayedRun): Condition[] {
  const { run, plan } = replayed
  const { load } = plan
  const edges = run.corpus.facts?.edges?.source
  const common = corpus.traces.some(({ id }) => plan.trees.some(({ traceId }) => traceId === id))
  return inOrder([
    condition(
      'traces',
      common ? short(corpus.digest) : namesOf(corpus.traces.map(({ id }) => id)),
      common ? short(plan.corpusDigest) : namesOf(plan.trees.map(({ traceId }) => traceId)),
      {
        bars: common ? [] : [...counts, 'extra-requests', ...times],
        why: 'no trace of the one is in the other',
      },
    ),
    condition('model', modelsOf(corpus), run.identity.model, {
      bars: serving,
      why: 'another model',
    }),
    condition('tokenizer', undefined, undefined),
    condition('block-size', String(corpus.blockSize), String(plan.blockSize), {
      bars: ['ideal-reuse', 'measured-reuse'],
      why: 'blocks of another size',
    }),
    condition('block-scope', corpus.blockScope, plan.blockScope, {
      bars: ['ideal-reuse', 'measured-reuse'],
      why: 'ids of another scope',
    }),
    condition('waits', corpus.edges, edges ?? corpus.edges, {
      bars: ['order'],
      why: `what requests wait for was read otherwise; give --edges ${edges ?? 'auto'}`,
    }),
    condition(
      'load',
      'at recorded times',
      load.kind === 'schedule' ? 'at recorded times' : `${load.kind} (${loadSizeOf(load).label})`,
      {
        bars: [...counts, ...times, ...serving, 'ideal-reuse'],
        why: 'trees were not played at their recorded times',
      },
    ),
    condition('time-scale', '1', String(load.timeScale), {
      bars: serving,
      why: 'requests came at another pace, so that others ran beside them',
    }),
    condition('output-length', 'as recorded', run.target.outputLength ?? 'as recorded', {
      bars: ['output-tokens', 'service-time'],
      why: 'replies ended by themselves',
    }),
    condition('end', 'whole', endOf(replayed), {
      bars: ['missing-sessions', 'missing-turns', 'ideal-reuse', 'measured-reuse'],
      why: 'the run is not all of its plan',
    }),
    condition('cache-at-start', undefined, cacheAtStart(run.target)),
    condition('topology', undefined, topologyOf(replayed)),
    condition('api', undefined, run.target.api ?? 'chat'),
  ])
}

/** What has to be alike before a capture is held against another. `before`: requests that B has before the first of both. */
export function capturesConditions(a: Corpus, b: Corpus, { before }: { readonly before: number }): Condition[] {
  const reuse = ['ideal-reuse', 'measured-reuse', 'block-sharing'] as const
  return inOrder([
    condition('model', modelsOf(a), modelsOf(b), { bars: serving, why: 'another model' }),
    condition('tokenizer', undefined, undefined),
    condition('block-size', String(a.blockSize), String(b.blockSize), { bars: reuse, why: 'blocks of another size' }),
    condition('block-scope', a.blockScope, b.blockScope, { bars: reuse, why: 'ids of another scope' }),
    condition('waits', a.edges, b.edges),
    condition('before', '0 requests', `${before} requests`),
  ])
}

/** What has to be alike before a run is held against another of the same plan. */
export function runConditions(a: ReplayedRun, b: ReplayedRun): Condition[] {
  const both = (name: ConditionName, of: (run: ReplayedRun) => string | undefined, terms?: Bars) =>
    condition(name, of(a), of(b), terms)
  const all: Bars = {
    bars: [...served, 'output-tokens', 'missing-turns', 'extra-requests', 'outcomes'],
    why: 'another plan',
  }
  const another = (what: string): Bars => ({ bars: served, why: `another ${what}` })
  return inOrder([
    both('plan', ({ run }) => short(run.plan.digest), all),
    both('traces', ({ plan }) => short(plan.corpusDigest)),
    both('seed', ({ plan }) => String(plan.seed)),
    both('time-scale', ({ plan }) => String(plan.load.timeScale), another('pace')),
    both('model', ({ run }) => run.identity.model, another('model')),
    both('tokenizer', () => undefined),
    both('topology', topologyOf, another('topology')),
    both('hardware', ({ run }) => run.identity.hardware, another('kind of accelerator')),
    both('precision', ({ run }) => run.identity.precision, another('precision')),
    both('engine-blocks', ({ run }) => engineBlocks(run.identity.engine?.config), {
      bars: ['hits'],
      why: 'cache blocks of another size',
    }),
    both('cache-at-start', ({ run }) => cacheAtStart(run.target), {
      bars: ['hits', 'ttft', 'e2e'],
      why: 'another cache to begin with',
    }),
    both('api', ({ run }) => (run.target.kind === 'http' ? (run.target.api ?? 'chat') : undefined)),
    both('content', ({ run }) => (run.target.kind === 'http' ? (run.target.content ?? 'english') : undefined)),
    both('assistant', ({ run }) => (run.target.kind === 'http' ? (run.target.assistant ?? 'canned') : undefined), {
      bars: ['hits', 'ttft', 'e2e'],
      why: "the server's own replies stood in the prompts of one of them",
    }),
    both('output-length', ({ run }) => run.target.outputLength ?? 'as recorded', {
      bars: ['output-tokens', 'e2e'],
      why: 'replies ended by themselves',
    }),
    both('end', endOf, { bars: ['missing-turns', 'extra-requests'], why: 'one of them is not all of its plan' }),
  ])
}

type Bars = Pick<Condition, 'bars' | 'why'>

function condition(
  name: ConditionName,
  a: string | undefined,
  b: string | undefined,
  { bars, why }: Bars = { bars: [], why: '' },
): Condition {
  const state = a === undefined || b === undefined ? 'not told' : a === b ? 'same' : 'differs'
  return { name, state, ...(a !== undefined && { a }), ...(b !== undefined && { b }), bars, why }
}

const ranks = { differs: 0, 'not told': 1, same: 2 } as const

function inOrder(conditions: readonly Condition[]): Condition[] {
  return conditions.toSorted((one, other) => ranks[one.state] - ranks[other.state])
}

function modelsOf({ traces }: Corpus): string | undefined {
  const models = new Set(
    traces.flatMap(({ sessions }) => sessions.flatMap(({ turns }) => turns.map(({ model }) => model))),
  )
  for (const name of placeholders) models.delete(name)
  return namesOf([...models]) || undefined
}

/** What stands where no model is named, and in traces that were made up. */
const placeholders = ['unknown', 'synthetic']

function short(digest: string): string {
  return digest.slice(0, 12)
}

const mostShown = 3

function namesOf(names: readonly string[]): string {
  const more = names.length - mostShown
  return `${names.toSorted().slice(0, mostShown).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** Whether everything of the plan was to be sent here, and was. */
function endOf({ run: { ended, shard } }: ReplayedRun): string {
  if (shard) return `shard ${shard.shard.index + 1} of ${shard.shard.of}`
  return ended?.reason === 'passes' ? 'whole' : (ended?.reason ?? 'killed')
}

function cacheAtStart({ kind, prefixCache }: RunTarget): string {
  return kind === 'in-process' ? 'emptied' : (prefixCache ?? 'emptied')
}

function topologyOf({ run: { identity } }: ReplayedRun): string | undefined {
  const { topology, gpus } = identity
  if (!topology && gpus === undefined) return undefined
  const parts = Object.entries(topology ?? {}).map(([name, value]) => `${name} ${value}`)
  return [...(gpus === undefined ? [] : [`${gpus} GPUs`]), ...parts.toSorted()].join(', ')
}

function engineBlocks(config: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const scheduler = config?.scheduler
  if (typeof scheduler !== 'object' || scheduler === null || !('blockSize' in scheduler)) return undefined
  return String(scheduler.blockSize)
}
