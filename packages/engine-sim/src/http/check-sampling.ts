import type { ChatCompletionRequest, CompletionRequest } from '@reprise/wire'
import { ApiError, fieldError } from './api-error.ts'

/** A field that holds a number, what the number has to be, and how the refusal is worded. */
interface Range {
  readonly field: string
  readonly holds: (value: number) => boolean
  readonly says: string
  /** vLLM names the field and its value again behind some of its refusals. */
  readonly isNamed?: true
}

/** In the order in which vLLM looks. Source: `SamplingParams._verify_args` of vLLM 0.33.0. */
const ranges: readonly Range[] = [
  { field: 'n', holds: (n) => n >= 1, says: 'n must be at least 1' },
  { field: 'presence_penalty', holds: (value) => Math.abs(value) <= 2, says: 'presence_penalty must be in [-2, 2]' },
  { field: 'frequency_penalty', holds: (value) => Math.abs(value) <= 2, says: 'frequency_penalty must be in [-2, 2]' },
  { field: 'repetition_penalty', holds: (value) => value > 0, says: 'repetition_penalty must be greater than zero' },
  { field: 'temperature', holds: (value) => value >= 0, says: 'temperature must be non-negative', isNamed: true },
  { field: 'temperature', holds: (value) => value <= 2, says: 'temperature must be in [0, 2]', isNamed: true },
  { field: 'top_p', holds: (value) => value > 0 && value <= 1, says: 'top_p must be in (0, 1]', isNamed: true },
  { field: 'top_k', holds: (value) => value >= -1, says: 'top_k must be 0 (disable), or at least 1' },
  { field: 'min_p', holds: (value) => value >= 0 && value <= 1, says: 'min_p must be in [0, 1]' },
]

/** Fields that are whole numbers; the others are shown with a decimal point. */
const wholeFields = new Set(['n', 'top_k'])

/**
 * Refuses how a request wants its tokens chosen, and how many of them, where vLLM does.
 *
 * @throws ApiError 400 in its words.
 */
export function checkSampling(
  body: ChatCompletionRequest | CompletionRequest,
  { maxTokens, minTokens }: { readonly maxTokens: number; readonly minTokens: number },
): void {
  for (const range of ranges) checkRange(body, range)
  if (maxTokens < 1) throw fieldError(`max_tokens must be at least 1, got ${maxTokens}.`, 'max_tokens', maxTokens)
  if (minTokens < 0) throw new ApiError(`min_tokens must be greater than or equal to 0, got ${minTokens}.`)
  if (minTokens > maxTokens) {
    throw new ApiError(`min_tokens must be less than or equal to max_tokens=${maxTokens}, got ${minTokens}.`)
  }
  if (body.stop === '' || (Array.isArray(body.stop) && body.stop.includes(''))) {
    throw new ApiError('stop cannot contain an empty string.')
  }
}

/** Most choices of a prompt, and most prompts of a request. Source: defaults of `VLLM_MAX_N_SEQUENCES` and `VLLM_MAX_COMPLETION_PROMPTS`, which vLLM 0.33.0 names in its refusals. */
const mostChoices = 16_384
const mostPrompts = 1024

/**
 * Refuses more choices, or prompts, than vLLM takes by default, and more of both together than choices of one prompt.
 *
 * @throws ApiError 400, in its words but for the last.
 */
export function checkChoices({ n }: ChatCompletionRequest | CompletionRequest, prompts: number): void {
  const increase = (variable: string) => `To increase this limit, set the ${variable} environment variable.`
  if (prompts > mostPrompts) {
    const found = `prompt list length ${prompts} exceeds the maximum allowed count of ${mostPrompts}`
    throw new ApiError(`${found}. ${increase('VLLM_MAX_COMPLETION_PROMPTS')} (parameter=prompt)`, { param: 'prompt' })
  }
  if (n == null) return
  if (n > mostChoices) {
    throw new ApiError(`n must be at most ${mostChoices}, got ${n}. ${increase('VLLM_MAX_N_SEQUENCES')}`)
  }
  if (n * prompts > mostChoices) {
    throw new ApiError(`n=${n} for each of ${prompts} prompts is not supported: at most ${mostChoices} in all.`, {
      param: 'n',
    })
  }
}

/** Without chance all choices would be the same. Source: `SamplingParams` of vLLM 0.33.0. @throws ApiError 400 in its words. */
export function checkGreedy({ n, temperature }: ChatCompletionRequest | CompletionRequest): void {
  if (n != null && n > 1 && typeof temperature === 'number' && temperature < 1e-5) {
    throw new ApiError(`n must be 1 when using greedy sampling, got ${n}.`)
  }
}

function checkRange(body: object, { field, holds, says, isNamed }: Range): void {
  const value = (body as Readonly<Record<string, unknown>>)[field]
  if (typeof value !== 'number' || holds(value)) return
  const shown = wholeFields.has(field) || !Number.isInteger(value) ? String(value) : value.toFixed(1)
  const message = `${says}, got ${shown}.`
  throw isNamed ? fieldError(message, field, shown) : new ApiError(message)
}
