import type { ChatCompletionRequest, CompletionRequest } from '@reprise/wire'
import { textsOfMessage } from './message-text.ts'
import type { Token } from './vocabulary.ts'

/** What is repeated before a reply. */
export interface Echo {
  readonly text: string
  /** The tokens of a prompt; none where a message is repeated. */
  readonly tokens: readonly Token[]
  /** The reply itself is not told. */
  readonly isAll: boolean
}

/** What a chat request wants repeated: the last message, where it is the assistant's. Source: `OpenAIServingChat` of vLLM 0.33.0. */
export function echoOfChat({ echo, messages }: ChatCompletionRequest): Echo | undefined {
  const last = messages.at(-1)
  if (!echo || last?.role !== 'assistant') return undefined
  return { text: textsOfMessage({ ...last, tool_calls: null }).join(''), tokens: [], isAll: false }
}

/** What a completion request wants repeated. Where it wants ids too, the prompt has no text. Source: `OpenAIServingCompletion` of vLLM 0.33.0. */
export function echoOfPrompt(
  body: CompletionRequest,
  prompt: string | readonly number[],
  tokensOf: () => readonly Token[],
): Echo | undefined {
  if (!body.echo) return undefined
  const tokens = tokensOf()
  const text = typeof prompt === 'string' ? prompt : tokens.map((each) => each.text).join('')
  return { text: body.return_token_ids ? '' : text, tokens, isAll: body.max_tokens === 0 }
}
