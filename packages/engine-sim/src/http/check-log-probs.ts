import type { ChatCompletionRequest, CompletionRequest } from '@reprise/wire'
import { fieldError } from './api-error.ts'
import { refuseBody } from './parse-body.ts'
import type { Vocabulary } from './vocabulary.ts'

/** Most of the likeliest tokens that a server shows. Source: the default of `--max-logprobs` of vLLM. */
const mostTopLogProbs = 20

/**
 * How many of the likeliest tokens a chat request wants to see, if it asks how likely its tokens are.
 *
 * Source: `ChatCompletionRequest.check_logprobs` of vLLM 0.33.0.
 *
 * @throws ApiError 400 in its words.
 */
export function chatTopLogProbs(body: ChatCompletionRequest): number | undefined {
  const { logprobs, top_logprobs: top } = body
  if (top != null && top < 0 && top !== -1) {
    refuseBody('`top_logprobs` must be a positive value or -1.', 'top_logprobs', body, top)
  }
  if (top != null && top !== 0 && !logprobs) {
    refuseBody('when using `top_logprobs`, `logprobs` must be set to true.', 'top_logprobs', body)
  }
  return logprobs ? (top ?? 0) : undefined
}

/** As `chatTopLogProbs`, of a completion request. Source: `CompletionRequest.check_logprobs`. */
export function completionTopLogProbs(body: CompletionRequest): number | undefined {
  const { logprobs } = body
  if (logprobs != null && logprobs < 0 && logprobs !== -1) {
    refuseBody('`logprobs` must be a positive value or -1.', 'logprobs', body, logprobs)
  }
  return logprobs ?? undefined
}

/**
 * How many of the likeliest tokens a request wants to see beside each token of its prompt, if it asks how likely those are: by itself, or with what it
 * wants repeated.
 *
 * Source: `to_sampling_params` and `check_logprobs` of `ChatCompletionRequest` and `CompletionRequest` of vLLM 0.33.0.
 *
 * @param ofReply as many as of the reply.
 * @throws ApiError 400 in its words.
 */
export function promptTopLogProbs(
  body: ChatCompletionRequest | CompletionRequest,
  ofReply: number | null | undefined,
): number | undefined {
  const { prompt_logprobs: top } = body
  if (top == null) return body.echo ? (ofReply ?? undefined) : undefined
  if (body.stream && (top > 0 || top === -1)) {
    refuseBody('`prompt_logprobs` are not available when `stream=True`.', 'prompt_logprobs', body)
  }
  if (top < 0 && top !== -1) {
    refuseBody('`prompt_logprobs` must be a positive value or -1.', 'prompt_logprobs', body, top)
  }
  return top
}

/** Of whose tokens so many of the likeliest are asked for, and the field that does. */
const shown = { sample: 'logprobs', prompt: 'prompt_logprobs' } as const

/** @throws ApiError 400 where that is more than a server shows. Source: `SamplingParams._validate_logprobs` of vLLM 0.33.0. */
export function checkTopLogProbs(whose: keyof typeof shown, asked: number | undefined, { size }: Vocabulary): void {
  const top = asked === -1 ? size : asked
  if (top === undefined || top <= mostTopLogProbs) return
  const message = `Requested ${whose} logprobs of ${top}, which is greater than max allowed: ${mostTopLogProbs}`
  throw fieldError(message, shown[whose], top)
}
