import type { Outcome } from '@reprise/wire'
import type { Segment } from '../../content/segments.ts'
import type { PlannedRequest } from '../../port/target.ts'
import type { HttpOptions } from '../http-target.ts'
import type { ReplyUse } from '../live-replies.ts'

/** What the process that plans tells one that sends. A slot is a request's number there, used once. */
export type ToSender =
  | {
      readonly kind: 'open'
      readonly options: HttpOptions
      readonly blockSize: number
      readonly largestBodyBytes: number
      /** Of the run's clock, on the machine's monotonic one. */
      readonly originMs: number
    }
  | {
      readonly kind: 'send'
      readonly slot: number
      readonly request: PlannedRequest
      readonly segments: readonly Segment[]
      /** Only where later prompts have the server's replies. */
      readonly replyUse?: ReplyUse
    }
  | { readonly kind: 'cancel'; readonly slot: number }
  | { readonly kind: 'close' }

/** What one that sends tells back. */
export type FromSender =
  | { readonly kind: 'ready' }
  /** What observers are to hear, as `EventBatch` has it, and then the requests that have ended. */
  | { readonly kind: 'told'; readonly events: Float64Array; readonly ended: readonly EndedRequest[] }
  /** A bug: the run cannot go on. */
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'closed'; readonly health: unknown }

export interface EndedRequest {
  readonly slot: number
  readonly outcome: Outcome
}
