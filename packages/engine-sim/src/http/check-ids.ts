import type { CompletionRequest } from '@reprise/wire'
import { ApiError } from './api-error.ts'
import type { Vocabulary } from './vocabulary.ts'

/** Refuses a prompt with a token that there is not. Source: `InputProcessor` of vLLM 0.33.0. @throws ApiError 400 in its words. */
export function checkPromptIds(prompt: string | readonly number[], { size }: Vocabulary): void {
  if (typeof prompt === 'string') return
  const most = prompt.reduce((one, other) => Math.max(one, other), 0)
  if (most >= size) throw new ApiError(`Token id ${most} is out of vocabulary`)
}

/** Refuses to stop at a token that there is not. Source: `SamplingParams._validate_stop_token_ids` of vLLM 0.33.0. @throws ApiError 400 in its words. */
export function checkStopIds(
  { stop_token_ids: ids }: Pick<CompletionRequest, 'stop_token_ids'>,
  vocabulary: Vocabulary,
) {
  const invalid = (ids ?? []).filter((id) => id < 0 || id >= vocabulary.size)
  if (invalid.length === 0) return
  const shown = `[${invalid.slice(0, mostShown).join(', ')}]`
  const found = `token_id(s) ${shown} in stop_token_ids contain out-of-vocab token ids. Vocabulary size: ${vocabulary.size}`
  throw new ApiError(`${found} (parameter=stop_token_ids, value=${shown})`, { param: 'stop_token_ids' })
}

/** A list can be as long as a body. */
const mostShown = 20
