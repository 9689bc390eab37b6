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

/** What an engine was asked for, until a step boundary takes it. */
export type Arrival =
  | { readonly kind: 'submit'; readonly atMs: number; readonly live: Live }
  | { readonly kind: 'abort'; readonly atMs: number; readonly live: Live }
