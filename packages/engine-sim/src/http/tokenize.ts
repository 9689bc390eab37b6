import { type ChatMessage, textOf } from '@reprise/wire'
import type { TemplateOverhead } from './digest-prompt.ts'
import { idOf } from './vocabulary.ts'

/** The tokens of a bare prompt, as their words. */
export function tokensOfText(text: string): string[] {
  return text.match(/\S+/g) ?? []
}

/** The tokens of a conversation after the chat template, in the order in which `digestMessages` counts them. */
export function tokensOfMessages(messages: readonly ChatMessage[], overhead: TemplateOverhead): string[] {
  const { baseTokens, perMessageTokens, tailTokens = 0, openingTokens = 0 } = overhead
  const tokens = templateTokens('base', baseTokens)
  for (const message of messages) {
    tokens.push(...templateTokens(message.role, perMessageTokens))
    for (const word of tokensOfText(textOf(message.content))) tokens.push(word)
    if (message.tool_calls?.length) tokens.push(...tokensOfText(JSON.stringify(message.tool_calls)))
    tokens.push(...templateTokens('end', tailTokens))
  }
  tokens.push(...templateTokens('assistant', openingTokens))
  return tokens
}

export function idsOf(tokens: readonly string[]): number[] {
  return tokens.map(idOf)
}

function templateTokens(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `<|${name.replace(/\s/g, '_')}:${index}|>`)
}
