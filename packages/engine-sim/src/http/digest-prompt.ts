import { type ChatMessage, textOf } from '@reprise/wire'
import { type PromptDigest, PromptHasher } from './prompt-hasher.ts'

/**
 * What the embedded model's chat template adds to the words of the messages. All 0: a conversation is its words.
 *
 * The tokens of a message stand before its words and depend on its role; those of the base stand at the head of the prompt.
 */
export interface TemplateOverhead {
  readonly baseTokens: number
  readonly perMessageTokens: number
}

export const noOverhead: TemplateOverhead = { baseTokens: 0, perMessageTokens: 0 }

interface DigestOptions {
  readonly blockSize: number
  readonly overhead: TemplateOverhead
  readonly salt?: string | undefined
}

/** The digest of a conversation after the chat template. */
export function digestMessages(messages: readonly ChatMessage[], options: DigestOptions): PromptDigest {
  const hasher = hasherOf(options)
  hasher.template('base', options.overhead.baseTokens)
  for (const message of messages) {
    hasher.template(`role ${message.role}`, options.overhead.perMessageTokens)
    hasher.text(textOf(message.content))
    if (message.tool_calls?.length) hasher.text(JSON.stringify(message.tool_calls))
  }
  return hasher.digest()
}

/** The digest of a bare prompt: text, or token ids. */
export function digestPrompt(prompt: string | readonly number[], options: DigestOptions): PromptDigest {
  const hasher = hasherOf(options)
  if (typeof prompt === 'string') hasher.text(prompt)
  else for (const id of prompt) hasher.tokenId(id)
  return hasher.digest()
}

function hasherOf({ blockSize, salt }: DigestOptions): PromptHasher {
  return new PromptHasher(salt === undefined ? { blockSize } : { blockSize, salt })
}
