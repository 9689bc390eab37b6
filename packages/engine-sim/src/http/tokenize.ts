import type { ChatMessage } from '@reprise/wire'
import type { TemplateTokens } from './digest-prompt.ts'
import { type ToolDefinitions, textsOfMessage, textsOfTools } from './message-text.ts'
import { idOf } from './vocabulary.ts'

/** The tokens of a bare prompt, as their words. */
export function tokensOfText(text: string): string[] {
  return text.match(/\S+/g) ?? []
}

/** The tokens of a conversation after the chat template, in the order in which `digestMessages` counts them. */
export function tokensOfMessages(
  messages: readonly ChatMessage[],
  { overhead, tools }: { readonly overhead: TemplateTokens; readonly tools?: ToolDefinitions },
): string[] {
  const { baseTokens, perMessageTokens, tailTokens = 0, openingTokens = 0 } = overhead
  return [
    templateTokens('base', baseTokens),
    ...textsOfTools(tools).map(tokensOfText),
    ...messages.flatMap((message) => [
      templateTokens(message.role, perMessageTokens),
      ...textsOfMessage(message).map(tokensOfText),
      templateTokens('end', tailTokens),
    ]),
    templateTokens('assistant', openingTokens),
  ].flat()
}

export function idsOf(tokens: readonly string[]): number[] {
  return tokens.map(idOf)
}

function templateTokens(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `<|${name.replace(/\s/g, '_')}:${index}|>`)
}
