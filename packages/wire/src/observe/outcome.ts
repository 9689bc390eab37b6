import type { FailureClass } from '../failure-class.ts'
import type { TokenUsage } from '../token-usage.ts'

/** What a request came to. */
export type Outcome =
  | { readonly kind: 'ok'; readonly finishReason?: string; readonly usage?: TokenUsage }
  | {
      readonly kind: 'failed'
      readonly class: FailureClass
      readonly status?: number
      readonly message: string
      readonly usage?: TokenUsage
    }
  /** The server, or the plan, says that the prompt does not fit its context. */
  | { readonly kind: 'truncated'; readonly status?: number; readonly message: string }
  | { readonly kind: 'cancelled' }
