import type { PlannedRequest } from '@reprise/replay-engine'
import type { Outcome } from '@reprise/wire'

/** What a server answers when a request cannot fit its context, in vLLM's words; undefined when it fits. */
export function overContext({ inputTokens, outputTokens }: PlannedRequest, maxModelLen: number): Outcome | undefined {
  if (inputTokens < 1) {
    return {
      kind: 'failed',
      class: 'bad-request',
      status: 400,
      message: 'The prompt is empty; a request needs at least 1 input token.',
    }
  }
  if (inputTokens + outputTokens <= maxModelLen) return undefined
  const message =
    inputTokens >= maxModelLen
      ? `This model's maximum context length is ${maxModelLen} tokens. However, your prompt contains ${inputTokens} input tokens, ` +
        'which exceeds this limit even without any output tokens. Please reduce the length of the input prompt.'
      : `You passed ${inputTokens} input tokens and requested ${outputTokens} output tokens. However, the model's context length is only ` +
        `${maxModelLen} tokens, resulting in a maximum input length of ${maxModelLen - outputTokens} tokens. Please reduce the length of the input prompt.`
  return { kind: 'truncated', status: 400, message: `${message} (parameter=input_tokens, value=${inputTokens})` }
}
