import type { PromptHasher } from './prompt-hasher.ts'
import { idOf, saidWords, wordOf } from './words.ts'

export interface Token {
  readonly id: number
  /** With the white space that belongs to it. */
  readonly text: string
}

/** The tokens that the embedded model reads and says. */
export interface Vocabulary {
  /** Ids run from 0 and stay below this. */
  readonly size: number
  /** How many tokens the model says, and each of them: a word behind a space, all of as many letters. */
  readonly said: number
  saidAt(index: number): Token
  /** What ends a sequence by itself. */
  readonly end: Token
  tokensOf(text: string): readonly Token[]
  /** Whether the model ever says it. */
  says(id: number): boolean
  /** Undefined for a token that stands for no text that is known. */
  textOf(id: number): string | undefined
  /** Adds the tokens of a text to a prompt. */
  read(text: string, into: PromptHasher): void
  readId(id: number, into: PromptHasher): void
  /** The id of what a chat template adds under a name. */
  templateId(name: string): number
}

const ownEnd: Token = { id: saidWords, text: '<|endoftext|>' }

/** Of the model's own words: a token is a word, whatever white space is around it, and no text is made on the way into a prompt. */
export const ownVocabulary: Vocabulary = {
  size: 2 ** 19,
  said: saidWords,
  saidAt: (index) => ({ id: index, text: ` ${wordOf(index)}` }),
  end: ownEnd,
  // White space at the end belongs to no token.
  tokensOf: (text) => (text.match(/\s*\S+/g) ?? []).map((each) => ({ id: idOf(each.trim()), text: each })),
  says: (id) => wordOf(id) !== undefined,
  textOf: (id) => {
    if (id === ownEnd.id) return ownEnd.text
    const word = wordOf(id)
    return word === undefined ? undefined : ` ${word}`
  },
  read: (text, into) => into.text(text),
  readId: (id, into) => {
    const word = wordOf(id)
    if (word === undefined) into.id(id)
    else into.text(word)
  },
  templateId: idOf,
}
