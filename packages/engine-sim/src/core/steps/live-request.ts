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

/** What an engine was asked for, until a step boundary takes it. `receive`: the prompt of one that another engine computes; `letGo`: of what one kept. */
export interface Arrival {
  readonly kind: 'submit' | 'abort' | 'receive' | 'letGo'
  readonly atMs: number
  readonly live: Live
}

/** A request that was just submitted. */
export function liveAt(request: EngineRequest, nowMs: number): Live {
  return { request, queuedMs: nowMs, sequence: undefined, scheduledMs: nowMs, firstTokenMs: nowMs, told: 0 }
}
