import { ApiError } from '../api-error.ts'

/**
 * How many tokens SGLang lets a reply have: at most what was asked for, and two less than the context leaves. What else bounds it there, the
 * size of the cache, leaves room for every context here.
 *
 * Source: `_validate_one_request` (`managers/tokenizer_manager.py`), `validate_input_length` (`managers/utils.py`), `get_worker_info`
 * (`managers/tp_worker.py`) and `init_req_max_new_tokens` (`managers/scheduler.py`) of SGLang 0.5.23.
 *
 * @throws ApiError 400 in SGLang's words where prompt, or prompt and reply, are too long.
 */
export function contextRoom(promptTokens: number, asked: number | undefined, contextTokens: number): number {
  if (promptTokens >= contextTokens) {
    throw new ApiError(
      `The input (${promptTokens} tokens) is longer than the model's context length (${contextTokens} tokens).`,
    )
  }
  if (asked !== undefined && promptTokens + asked > contextTokens) {
    throw new ApiError(
      `Requested token count exceeds the model's maximum context length of ${contextTokens} tokens. You requested a total of ` +
        `${promptTokens + asked} tokens: ${promptTokens} tokens from the input messages and ${asked} tokens for the completion. ` +
        'Please reduce the number of tokens in the input messages or the completion to fit within the limit.',
    )
  }
  const longest = contextTokens - 1
  const longestInput = longest - 5
  if (promptTokens >= longestInput) {
    throw new ApiError(
      `Input length (${promptTokens} tokens) exceeds the maximum allowed length (${longestInput} tokens). Use a shorter input or enable --allow-auto-truncate.`,
    )
  }
  const room = longest - promptTokens - 1
  return Math.max(1, Math.min(asked ?? room, room))
}
