import type { ChatMessage } from '@reprise/wire'
import { type ToolDefinitions, textsOfMessage, textsOfTools } from './message-text.ts'
import { type PromptDigest, PromptHasher } from './prompt-hasher.ts'
import { ownVocabulary, type Vocabulary } from './vocabulary.ts'

/** What the embedded model's chat template adds to the words of the messages. All 0: a conversation is its words. */
export interface TemplateTokens {
  /** At the head of the prompt. */
  readonly baseTokens: number
  /** Before the words of each message; they depend on its role. */
  readonly perMessageTokens: number
  /** Behind the words of each message, whoever says it. Default 0. */
  readonly tailTokens?: number
  /** Behind the last message, to open the reply: the first of those that stand before an assistant's words. Default 0. */
  readonly openingTokens?: number
}

export const noTemplateTokens: TemplateTokens = { baseTokens: 0, perMessageTokens: 0 }

/** What the template adds where a request says whether it opens the reply; it does so unless that is `false`. */
export function openedAsAsked(overhead: TemplateTokens, opens: boolean | null | undefined): TemplateTokens {
  return opens === false ? { ...overhead, openingTokens: 0 } : overhead
}

interface DigestOptions {
  readonly blockSize: number
  readonly overhead: TemplateTokens
  readonly salt?: string | undefined
  /** Default: the model's own. */
  readonly vocabulary?: Vocabulary
}

/** The digest of a conversation after the chat template. */
export function digestMessages(
  messages: readonly ChatMessage[],
  options: DigestOptions & { readonly tools?: ToolDefinitions },
): PromptDigest {
  const { baseTokens, perMessageTokens, tailTokens = 0, openingTokens = 0 } = options.overhead
  const { vocabulary = ownVocabulary } = options
  const hasher = hasherOf(options)
  hasher.template('base', baseTokens)
  for (const text of textsOfTools(options.tools)) vocabulary.read(text, hasher)
  for (const message of messages) {
    hasher.template(`role ${message.role}`, perMessageTokens)
    for (const text of textsOfMessage(message)) vocabulary.read(text, hasher)
    hasher.template('end', tailTokens)
  }
  hasher.template('role assistant', openingTokens)
  return hasher.digest()
}

/** The digest of a bare prompt: text, or token ids. */
export function digestPrompt(prompt: string | readonly number[], options: DigestOptions): PromptDigest {
  const { vocabulary = ownVocabulary } = options
  const hasher = hasherOf(options)
  if (typeof prompt === 'string') vocabulary.read(prompt, hasher)
  else for (const id of prompt) vocabulary.readId(id, hasher)
  return hasher.digest()
}

function hasherOf({ blockSize, salt }: DigestOptions): PromptHasher {
  return new PromptHasher(salt === undefined ? { blockSize } : { blockSize, salt })
}
