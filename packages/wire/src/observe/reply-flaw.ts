import type { FailureClass } from '../failure-class.ts'
import type { TokenUsage } from '../token-usage.ts'

/** A reply that has come to its end, in order as far as its form goes. */
export interface EndedReply {
  readonly finishReason: string | undefined
  readonly usage: TokenUsage | undefined
  /** Tokens that it has shown, at least: one for each chunk whose size is not known. */
  readonly shownTokens: number
  /** Absent: it may end when it likes. */
  readonly leastTokens: number | undefined
}

/**
 * Finish reasons of a server that gave a reply up.
 *
 * Source: vLLM's and SGLang's abort and error; TensorRT-LLM's cancelled and timeout; Dynamo's timeout_error; network_error and
 * insufficient_system_resource of hosted models.
 */
const GIVEN_UP = /abort|error|cancel|time.?out|fail|insufficient/i

/** What keeps a reply that has ended from being a success; undefined where nothing does. */
export function flawOf({
  finishReason,
  usage,
  shownTokens,
  leastTokens = 0,
}: EndedReply): { readonly class: FailureClass; readonly message: string } | undefined {
  if (finishReason !== undefined && GIVEN_UP.test(finishReason)) {
    return { class: 'error-in-stream', message: `the server gave the reply up (finish reason ${finishReason})` }
  }
  // A parser of reasoning or of tool calls may keep tokens back: the server counts them, and no chunk shows them.
  const tokens = Math.max(shownTokens, usage?.outputTokens ?? 0)
  if (tokens === 0) return { class: 'empty-reply', message: 'the reply ended as it should, and held not one token' }
  if (finishReason !== undefined || tokens >= leastTokens) return undefined
  const message = `the reply ended after ${tokens} of ${leastTokens} tokens, without a finish reason`
  return { class: 'malformed-reply', message }
}
