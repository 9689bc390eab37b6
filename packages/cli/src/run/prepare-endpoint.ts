import type { Plan } from '@reprise/replay-engine'
import { foresee, planFacts } from '@reprise/result-aggregator/run'
import { type RunLength, runLength } from '../live/run-length.ts'
import type { LoadOptions } from '../options/load-options.ts'
import type { RunPlaces } from '../options/run-folders.ts'
import type { ShardOptions } from '../options/shard-options.ts'
import type { Talk } from '../terminal/io.ts'
import { startProgress } from '../terminal/progress.ts'
import { type ConnectedEndpoint, connectEndpoint, type EndpointOptions } from './connect-endpoint.ts'
import { corpusLoader } from './load-corpus.ts'
import { planRun } from './plan-run.ts'
import { type Preflight, preflightOf } from './preflight.ts'
import { targetOf } from './run-target.ts'
import { withKey } from './with-key.ts'

/** All that is known before the first request of the first run. */
export interface PreparedEndpoint {
  readonly corpusAt: ReturnType<typeof corpusLoader>
  readonly endpoint: ConnectedEndpoint
  /** That of the environment, where the endpoint asks for one and none was named. */
  readonly key: Pick<EndpointOptions, 'apiKey'>
  readonly preflight: Preflight
  /** Of each run, in their order. */
  readonly lengths: readonly RunLength[]
  /** Of the first run; the others would lie in memory for hours. */
  readonly firstPlan: Plan
}

/**
 * Reads the traces, asks the endpoint, tries prompts on it, and plans every run, so that what would keep the last one from beginning, hours
 * later, is found now.
 *
 * @throws EndpointError, TraceError, PlanError
 */
export async function prepareEndpoint(
  { points }: Pick<RunPlaces, 'points'>,
  options: LoadOptions & EndpointOptions & Pick<ShardOptions, 'shard'>,
  talk: Talk,
): Promise<PreparedEndpoint> {
  const corpusAt = corpusLoader(options, talk)
  await corpusAt(points[0]!)
  const { apiKey } = await withKey(options, talk)
  const key = apiKey === undefined ? {} : { apiKey }
  const { endpoint, prompts } = await asked({ ...options, ...key }, talk)
  const { shard } = options
  const lengths: RunLength[] = []
  let firstPlan: Plan | undefined
  const foreseen = new Set<string>()
  for (const point of points) {
    const { corpus, origin, facts } = await corpusAt(point)
    const plan = planRun(corpus, options, point, endpoint.maxModelTokens)
    firstPlan ??= plan
    lengths.push(runLength(plan, { pace: prompts.pace, ...(shard && { shard }) }))
    const header = { target: targetOf(options, endpoint), corpus: { origin, facts }, plan: planFacts(plan, '') }
    for (const reason of foresee({ header, load: plan.load })) foreseen.add(reason)
  }
  const told = { prompts, foreseen: [...foreseen], ...(options.assistant && { assistant: options.assistant }) }
  return { corpusAt, endpoint, key, preflight: preflightOf(endpoint, told), lengths, firstPlan: firstPlan! }
}

/** A server that is slow to answer is no reason for silence. */
async function asked(options: EndpointOptions, talk: Talk) {
  let status = 'asking the endpoint'
  const progress = startProgress(talk, {
    quiet: talk.quiet,
    lines: (columns) => [{ text: status.slice(0, columns), tone: 'plain' }],
    plain: () => status,
  })
  try {
    const endpoint = await connectEndpoint(options)
    status = 'trying a few prompts on the endpoint'
    return { endpoint, prompts: await endpoint.tryPrompts() }
  } finally {
    progress.end()
  }
}
