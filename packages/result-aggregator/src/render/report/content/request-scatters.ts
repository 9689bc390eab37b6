import { timePerOutputToken } from '../../../measure/time-per-token.ts'
import { timeToFirstToken } from '../../../measure/time-to-first-token.ts'
import type { Scatter, ScatterName } from '../client/report-data.ts'
import type { ReportRequest } from './report-run.ts'
import { theilLine } from './theil-line.ts'

/**
 * What latencies of single requests go with, over those of the profiling phase that ended well: the wait for the first token with the part of the
 * prompt that no cache held, and the pace with the whole prompt. How many requests have both, and the line through them.
 */
export function requestScatters(requests: readonly ReportRequest[]): Partial<Record<ScatterName, Scatter>> {
  const measured = requests.filter(({ phase, outcome }) => phase === 'profiling' && outcome.kind === 'ok')
  const found = Object.entries(scatters).flatMap(([name, { across, up }]) => {
    const places = measured.flatMap((request) => {
      const [x, y] = [across(request), up(request)]
      return x === undefined || y === undefined ? [] : [{ x, y }]
    })
    if (places.length === 0) return []
    const line = theilLine(places)
    return [[name, { n: places.length, ...(line && { line }) }] as const]
  })
  return Object.fromEntries(found)
}

type OfRequest = (request: ReportRequest) => number | undefined

const scatters: Readonly<Record<ScatterName, { readonly across: OfRequest; readonly up: OfRequest }>> = {
  ttftByFreshInput: { across: freshInput, up: timeToFirstToken },
  tpotByContext: { across: (request) => inputOf(request), up: timePerOutputToken },
}

function freshInput(request: ReportRequest): number | undefined {
  return request.cachedTokens === undefined ? undefined : Math.max(0, inputOf(request) - request.cachedTokens)
}

function inputOf({ inputTokens, plannedInputTokens }: ReportRequest): number {
  return inputTokens ?? plannedInputTokens
}
