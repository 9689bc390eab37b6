import { type Estimate, isInterval } from '../../../result/estimate.ts'
import type { Result } from '../../../result/result.ts'
import type { Ends, FigureName, LatencyName, PercentileName } from '../client/report-data.ts'

/** A figure of a run as far as it is known, and how far it can be trusted. */
export interface KnownFigure {
  readonly value: number
  readonly ends?: Ends
}

export const latencyNames = ['ttft', 'co_ttft', 'tpot', 'e2e', 'interactivity', 'e2e_interactivity'] as const
const percentiles: readonly PercentileName[] = ['p50', 'p90', 'p99']

/** All that charts show of a result over the size of its load, by name. What was not measured has no entry. */
export function figuresOf(result: Result): ReadonlyMap<FigureName, KnownFigure> {
  const all = [...latencyFigures(result), ...rateFigures(result), ...clientFigures(result), ...serverFigures(result)]
  return new Map(
    all.flatMap(([name, value, estimate]) => {
      if (value === undefined) return []
      return [[name, { value, ...(isInterval(estimate) && { ends: [estimate.low, estimate.high] as const }) }]]
    }),
  )
}

type Figure = readonly [name: FigureName, value: number | undefined, estimate?: Estimate | undefined]

function latencyFigures({ metrics }: Result): Figure[] {
  return latencyNames.flatMap((name: LatencyName) =>
    percentiles.map((each) => [`${name}.${each}`, metrics[name]?.[each], metrics[name]?.intervals?.[each]] as const),
  )
}

function rateFigures({ throughput, cacheHit, jobs, counts }: Result): Figure[] {
  const { intervals } = throughput ?? {}
  const sent = counts.requests - counts.truncated + counts.refusedAsTooLong
  return [
    ['output', throughput?.output, intervals?.output],
    ['freshInput', throughput?.freshInput, intervals?.freshInput],
    ['input', throughput?.input, intervals?.input],
    ['total', throughput?.total, intervals?.total],
    ['requestsPerS', throughput?.requestsPerS, intervals?.requestsPerS],
    ['failedShare', sent > 0 ? counts.failed / sent : undefined],
    ['hitMeasured', cacheHit.measured, cacheHit.intervals?.measured],
    ['hitIdeal', cacheHit.ideal, cacheHit.intervals?.ideal],
    ['jobsPerHour', jobs?.perHour],
    ['jobsPerHourPerUser', jobs?.perHourPerUser],
  ]
}

function clientFigures({ metrics, clientHealth }: Result): Figure[] {
  return [
    ['dispatchDelayP99Ms', metrics.dispatch_delay?.p99],
    ['eventLoopDelayP99Ms', clientHealth.eventLoopDelayMs?.p99],
  ]
}

function serverFigures({ server, power }: Result): Figure[] {
  const { computedTokens = 0, localHitTokens = 0, externalHitTokens = 0 } = server?.prompt ?? {}
  const prompt = computedTokens + localHitTokens + externalHitTokens
  const share = (tokens: number | undefined) => (prompt > 0 && tokens !== undefined ? tokens / prompt : undefined)
  return [
    ['kvUseMean', server?.kvUse?.mean],
    ['kvUseMax', server?.kvUse?.max],
    ['runningMean', server?.running?.mean],
    ['waitingMean', server?.waiting?.mean],
    ['waitingMax', server?.waiting?.max],
    ['preemptions', server?.preemptions],
    ['computedShare', share(server?.prompt?.computedTokens)],
    ['localHitShare', share(server?.prompt?.localHitTokens)],
    ['externalHitShare', share(server?.prompt?.externalHitTokens)],
    ['serverTtftMs', server?.latency?.ttft?.meanMs],
    ['clientTtftMs', server?.besideClient?.ttft?.clientMs],
    ['queueMs', server?.latency?.queue?.meanMs],
    ['meanW', power?.meanW],
    ['joulesPerOutputToken', power?.joulesPerOutputToken],
  ]
}
