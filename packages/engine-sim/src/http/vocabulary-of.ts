import { keyOfText } from '../core/mix-key.ts'
import type { Token, Vocabulary } from './vocabulary.ts'

/** A tokenizer of a real model, and what its tokens are. */
export interface WholeTokenizer {
  readonly tokenize: (text: string) => ArrayLike<number>
  /** Ids stay below this. */
  readonly size: number
  readonly textOf: (id: number) => string | undefined
  /** Tokens that no text is cut into by itself. */
  readonly added: readonly Token[]
}

/** The operator can fix this: a tokenizer that has no words to say. */
export class TokenizerError extends Error {
  override readonly name = 'TokenizerError'
}

/** So few would make replies that look too much alike. */
const fewestSaid = 16
/** What models call the end of what they say, the first that there is. */
const endNames = [
  ...['<|im_end|>', '<|eot_id|>', '<|end_of_text|>', '<|endoftext|>', '<｜end▁of▁sentence｜>', '</s>', '<eos>'],
  ...['[EOS]', '[SEP]'],
]

/**
 * The vocabulary of a real tokenizer: prompts are cut into its tokens, and the model says those that are a word of lower-case letters behind a
 * space, all of the length of which there are most.
 *
 * @throws TokenizerError where there are too few of those.
 */
export function vocabularyOf(tokenizer: WholeTokenizer): Vocabulary {
  const { size, tokenize, added } = tokenizer
  const texts = new Map<number, string | undefined>()
  const textOf = (id: number) => {
    // Clients name ids without end: of those that are none nothing is kept.
    if (id >= size) return undefined
    if (!texts.has(id)) texts.set(id, tokenizer.textOf(id))
    return texts.get(id)
  }
  const said = saidOf(tokenizer)
  const saidIds = new Set(said.map(({ id }) => id))
  const end = endNames.flatMap((name) => added.filter(({ text }) => text === name))[0] ?? added.at(-1)
  return {
    size,
    said: said.length,
    saidAt: (index) => said[index]!,
    end: end ?? { id: size - 1, text: textOf(size - 1) ?? '' },
    tokensOf: (text) => Array.from(tokenize(text), (id) => ({ id, text: textOf(id) ?? '' })),
    says: (id) => saidIds.has(id),
    textOf,
    read: (text, into) => {
      const ids = tokenize(text)
      for (let at = 0; at < ids.length; at += 1) into.id(ids[at]!)
    },
    readId: (id, into) => into.id(id),
    templateId: (name) => keyOfText(name) % size,
  }
}

/** Words that are one token each behind any other text. */
function saidOf({ size, tokenize, textOf }: WholeTokenizer): readonly Token[] {
  const byLength = new Map<number, Token[]>()
  const before = tokenize('a').length
  for (let id = 0; id < size; id += 1) {
    const word = textOf(id)?.trim()
    if (word === undefined || !/^[a-z]{3,8}$/.test(word)) continue
    const ids = tokenize(`a ${word}`)
    if (ids.length !== before + 1 || ids[before] !== id) continue
    const others = byLength.get(word.length) ?? []
    others.push({ id, text: ` ${word}` })
    byLength.set(word.length, others)
  }
  const most = [...byLength.values()].reduce((one, other) => (other.length > one.length ? other : one), [])
  if (most.length >= fewestSaid) return most
  const cure = 'name the tokenizer.json of a model that writes English'
  throw new TokenizerError(
    `the tokenizer has ${most.length} words of one length that are a token each behind a space: ${cure}`,
  )
}
