import { fail, notChecked, pass } from '../../result/verification.ts'
import type { Bracket } from '../evidence/in-flight-meter.ts'
import type { PhysicsCheck, VerifyEvidence } from '../evidence/verify-evidence.ts'
import { whyNotCompared } from './why-not-compared.ts'

/** What samples around the edges of the window, special tokens and templates account for. */
const slackShare = 0.05

/**
 * What the server counted in the window lies between what the client saw wholly inside of it and all that touched it: requests, prompt tokens, output
 * tokens. A server may have served others; one whose own pages were read cannot have served less.
 */
export const serverTokens: PhysicsCheck = (evidence) => {
  const { built, seen } = evidence
  const why = whyNotCompared(evidence)
  if (why !== undefined) return notChecked(why)
  const [server, inFlight] = [built.server!, seen.inFlight!]
  const counts: readonly (readonly [what: string, told: number | undefined, bracket: Bracket])[] = [
    ['requests', server.finishedRequests, inFlight.requests],
    ['prompt tokens', server.promptTokens, inFlight.promptTokens],
    ['output tokens', server.generatedTokens, inFlight.outputTokens],
  ]
  const known = counts.flatMap(([what, told, bracket]) => (told === undefined ? [] : [{ what, told, bracket }]))
  if (known.length === 0) return notChecked('no page of the server tells what it counted')
  const wrong = known.flatMap(({ what, told, bracket }) => wrongCount(what, told, bracket, evidence) ?? [])
  if (wrong.length > 0) return fail(wrong.join('; '), wrong)
  return pass(`the server counted what the client did: ${known.map(({ what, told }) => `${told} ${what}`).join(', ')}`)
}

function wrongCount(
  what: string,
  told: number,
  { inside, touching }: Bracket,
  { built }: VerifyEvidence,
): string | undefined {
  // A request that lost its memory is computed again, prompt and all.
  const again = what === 'requests' ? 0 : (built.server!.preemptions ?? 0) > 0 ? Number.POSITIVE_INFINITY : 0
  if (told > touching * (1 + slackShare) + again)
    return `the server counted ${told} ${what} in the window, and the client's were ${touching} at most: others used it, or requests are missing`
  if (told < inside * (1 - slackShare))
    return `the server counted ${told} ${what} in the window, and the client's were ${inside} at least: it did not serve all that is on record, or is one of several behind its address`
  return undefined
}
