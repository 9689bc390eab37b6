import type { LogLine } from '../check/parse-step-log.ts'
import { parseStepLog } from '../check/parse-step-log.ts'
import type { Frontend } from '../core/frontend.ts'
import type { MeasuredRequest } from '../logged-plan/measured-requests.ts'
import { nearestRank } from '../logged-plan/nearest-rank.ts'
import { StepFitError } from './demand-determined.ts'

/**
 * What lies between the clients of a logged run and its engine: the way in by the requests that met an idle engine, as their quickest tenth and what
 * they lost beyond that on the average, from when they were sent; the way out as medians over all. Log and records are on one clock.
 *
 * @throws StepFitError where too few of the requests stand in both.
 */
export function fitFrontend(lines: Iterable<string>, requests: readonly MeasuredRequest[], file: string): Frontend {
  const { addedMs, steps, firstEndMs, lastEndMs } = readEngine([...parseStepLog(lines, file)], requests)
  const isBusyAt = (atMs: number) => steps.some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)
  const known = requests.filter(({ id }) => addedMs.has(id) && firstEndMs.has(id))
  const idle = known.filter(({ sentMs }) => !isBusyAt(sentMs))
  if (idle.length < fewest)
    throw new StepFitError(
      `${idle.length} of ${requests.length} requests met an idle engine and stand in the log; the way in cannot be told from fewer than ${fewest}`,
    )
  const ways = idle.map(({ id, sentMs }) => addedMs.get(id)! - sentMs)
  const inMs = delayAt(ways, 0.1)
  return {
    inMs,
    jitterMs: Math.max(0, mean(ways) - inMs),
    firstOutMs: delayAt(
      known.map(({ id, firstMs }) => firstMs - firstEndMs.get(id)!),
      0.5,
    ),
    lastOutMs: delayAt(
      known.map(({ id, lastMs }) => lastMs - lastEndMs.get(id)!),
      0.5,
    ),
  }
}

const fewest = 5

/** When the engine had each request, and the ends of the steps with the last of its prompt and the last of its output, in milliseconds. */
function readEngine(lines: readonly LogLine[], requests: readonly MeasuredRequest[]) {
  const promptTokens = new Map(requests.map((request) => [request.id, request.promptTokens]))
  const addedMs = new Map<string, number>()
  const [firstEndMs, lastEndMs] = [new Map<string, number>(), new Map<string, number>()]
  const steps: { readonly fromMs: number; readonly toMs: number }[] = []
  for (const line of lines) {
    if (line.kind === 'add') addedMs.set(line.id, 1e3 * Number(line.logged.t))
    if (line.kind !== 'step') continue
    const { t, e, run } = line.logged as { t: number; e: number; run: [id: string, tokens: number, before: number][] }
    const [fromMs, toMs] = [1e3 * t, 1e3 * (t + e)]
    steps.push({ fromMs, toMs })
    for (const [id, tokens, before] of run) {
      if (!firstEndMs.has(id) && before + tokens >= promptTokens.get(id)!) firstEndMs.set(id, toMs)
      lastEndMs.set(id, toMs)
    }
  }
  return { addedMs, steps, firstEndMs, lastEndMs }
}

/** Of instants that are told by two clocks, and so may lie a little the wrong way round. */
function delayAt(values: readonly number[], share: number): number {
  return Math.max(0, nearestRank(values, share))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length
}
