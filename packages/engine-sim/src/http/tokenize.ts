import type { ChatMessage } from '@reprise/wire'
import type { TemplateTokens } from './digest-prompt.ts'
import { type ToolDefinitions, textsOfMessage, textsOfTools } from './message-text.ts'
import { ownVocabulary, type Token, type Vocabulary } from './vocabulary.ts'

interface ConversationOptions {
  readonly overhead: TemplateTokens
  readonly tools?: ToolDefinitions
  /** Default: the model's own. */
  readonly vocabulary?: Vocabulary
}

/** The tokens of a conversation after the chat template, in the order in which `digestMessages` counts them. */
export function tokensOfMessages(
  messages: readonly ChatMessage[],
  { overhead, tools, vocabulary = ownVocabulary }: ConversationOptions,
): Token[] {
  const { baseTokens, perMessageTokens, tailTokens = 0, openingTokens = 0 } = overhead
  const added = (name: string, count: number) => templateTokens(name, count, vocabulary)
  const read = (text: string) => vocabulary.tokensOf(text)
  return [
    added('base', baseTokens),
    ...textsOfTools(tools).map(read),
    ...messages.flatMap((message) => [
      added(message.role, perMessageTokens),
      ...textsOfMessage(message).map(read),
      added('end', tailTokens),
    ]),
    added('assistant', openingTokens),
  ].flat()
}

export function idsOf(tokens: readonly Token[]): number[] {
  return tokens.map(({ id }) => id)
}

/** Of a prompt, as text or ids. */
export function idsOfPrompt(prompt: string | readonly number[], vocabulary: Vocabulary): readonly number[] {
  return typeof prompt === 'string' ? idsOf(vocabulary.tokensOf(prompt)) : prompt
}

/** Of a prompt, as text or ids. Whatever stands for no text that is known has its number as one. */
export function tokensOfPrompt(prompt: string | readonly number[], vocabulary: Vocabulary): readonly Token[] {
  if (typeof prompt === 'string') return vocabulary.tokensOf(prompt)
  return prompt.map((id) => ({ id, text: vocabulary.textOf(id) ?? ` <|${id}|>` }))
}

function templateTokens(name: string, count: number, vocabulary: Vocabulary): Token[] {
  return Array.from({ length: count }, (_, index) => {
    const text = `<|${name.replace(/\s/g, '_')}:${index}|>`
    return { id: vocabulary.templateId(text), text }
  })
}
