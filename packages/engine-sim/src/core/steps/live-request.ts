import type { Hold } from '../engine.ts'
import type { EngineRequest } from '../engine-request.ts'
import type { Sequence } from './sequence.ts'

/** A request from its submission to its end. */
export interface Live {
  readonly request: EngineRequest
  readonly queuedMs: number
  sequence: Sequence | undefined
  scheduledMs: number
  firstTokenMs: number
  /** Output tokens the listener has been told of. */
  told: number
}

/** What an engine was asked for, until a step boundary takes it. `receive`: what one waits for from another engine; `letGo`: of what one kept; `hold`: none to go on. */
export type Arrival =
  | { readonly kind: 'submit' | 'abort' | 'receive' | 'letGo'; readonly atMs: number; readonly live: Live }
  | { readonly kind: 'hold'; readonly atMs: number; readonly hold: Hold | undefined }

/** A request that was just submitted. @throws RangeError where its input does not fit the context. */
export function liveAt(request: EngineRequest, nowMs: number, maxModelLen: number): Live {
  if (request.promptTokens < 1 || request.promptTokens >= maxModelLen) {
    throw new RangeError(`request ${request.id}: ${request.promptTokens} input tokens do not fit the engine`)
  }
  return { request, queuedMs: nowMs, sequence: undefined, scheduledMs: nowMs, firstTokenMs: nowMs, told: 0 }
}

/** What is due, and what comes behind the first that is not. */
export function splitDue(
  arrivals: Arrival[],
  isDue: (atMs: number) => boolean,
): { readonly due: readonly Arrival[]; readonly rest: Arrival[] } {
  const at = arrivals.findIndex(({ atMs }) => !isDue(atMs))
  return at === -1 ? { due: arrivals, rest: [] } : { due: arrivals.slice(0, at), rest: arrivals.slice(at) }
}
