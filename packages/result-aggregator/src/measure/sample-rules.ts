import type { Trend } from '../result/result.ts'
import type { Evidence, Rule } from './evidence.ts'
import { heavier } from './other-load.ts'
import { renderSeconds, renderShare } from './wording.ts'

const shortWindow: Rule = ({ load, throughput }, limits) => {
  if (load.until.kind !== 'window' || !throughput || throughput.windowMs >= limits.minWindowMs) return undefined
  const { windowMs } = throughput
  return `short-window: ${renderSeconds(windowMs)} were measured; ${renderSeconds(limits.minWindowMs)} or more show a steady state.`
}

const fewRequests: Rule = ({ counts, load }, limits) =>
  counts.ok > 0 && counts.ok < limits.minRequests
    ? `few-requests: ${counts.ok} ${counts.ok === 1 ? 'request' : 'requests'} ended well; below ${limits.minRequests} the high percentiles are guesses. Run longer or with ${heavier(load)}.`
    : undefined

/** Requests of a play are much alike, and the largest plays have most of them. */
const fewPlays: Rule = ({ counts: { ok, plays, effectivePlays }, load }, limits) =>
  effectivePlays !== undefined && effectivePlays < limits.minPlays
    ? `few-plays: the ${ok === 1 ? 'one request comes' : `${ok} requests come`} from ${plays} ${plays === 1 ? 'play' : 'plays'} of session trees, which tell as much as ` +
      `${effectivePlays.toFixed(1)} of equal size; below ${limits.minPlays} a single tree decides the figures. Run longer or with ${heavier(load)}.`
    : undefined

/** A limit takes the longest prompts away, and so the hardest work. */
const contextLimit: Rule = (evidence, limits) => {
  const { planned, unsent } = leftOut(evidence)
  const { load, counts } = evidence
  if (load.maxContextTokens === undefined) return undefined
  if (unsent <= limits.leftOutShare * planned && counts.leftOutTraces === 0) return undefined
  const whole =
    counts.leftOutTraces === 0
      ? ''
      : ` and ${counts.leftOutTraces} ${counts.leftOutTraces === 1 ? 'trace' : 'traces'} as a whole`
  return (
    `context-limit: the limit of ${load.maxContextTokens} tokens leaves out ${unsent} of ${planned} turns (${renderShare(unsent / planned)})${whole}, ` +
    'the longest and what waits for them: another workload than without it. Raise --max-context, or compare only with runs of the same limit.'
  )
}

/** By the plan; where an older header does not tell, by what came up in the run. */
function leftOut({ header, counts }: Evidence): { readonly planned: number; readonly unsent: number } {
  return (
    header.plan.turns ?? { planned: Math.max(1, counts.requests), unsent: counts.truncated - counts.refusedAsTooLong }
  )
}

/** Of a run that was given up the load was as unsteady as its failures: no longer window would mend that. */
const unsteady: Rule = ({ steadiness, completeness }, { drift }) => {
  if (!steadiness || completeness.ended === 'stopped') return undefined
  const { inputTokens, inFlight } = steadiness
  const found = [
    ...(drifts(inputTokens, drift)
      ? [`prompts of ${told(inputTokens, { digits: 0, unit: 'tokens on average' })}`]
      : []),
    ...(drifts(inFlight, drift) ? [told(inFlight, { digits: 1, unit: 'requests in flight' })] : []),
  ]
  if (found.length === 0) return undefined
  return (
    `unsteady: the first and the last third of the window differ: ${found.join('; ')}. ` +
    'The load was not the same throughout: run longer, or with a longer warm-up.'
  )
}

function drifts(
  { first, last, standardError }: Trend,
  { share, standardErrors }: { readonly share: number; readonly standardErrors: number },
) {
  const apart = Math.abs(last - first)
  return apart > share * first && apart > standardErrors * standardError
}

function told(
  { first, last, standardError }: Trend,
  { digits, unit }: { readonly digits: number; readonly unit: string },
): string {
  const [before, after, error] = [first, last, standardError].map((value) => value.toFixed(digits))
  return `${before}, then ${after} ${unit} (standard error ${error})`
}

/** What was to fill the cache of a lane did not; of a run that was given up more is said elsewhere. */
const warmupFailed: Rule = ({ counts: { warmup }, completeness }, limits) =>
  completeness.ended !== 'stopped' && warmup.failed > limits.failedShare * warmup.requests
    ? `warmup-failed: ${warmup.failed} of ${warmup.requests} warm-up requests failed, so that their lanes began without their history in the ` +
      "server's cache. Mend the server, as the records of warm-up say, then run again."
    : undefined

/** How much was seen, and of what. */
export const sampleRules: readonly Rule[] = [warmupFailed, shortWindow, fewRequests, fewPlays, contextLimit, unsteady]
