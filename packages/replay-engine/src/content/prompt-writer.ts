import type { PromptContent } from '../target/target.ts'
import type { AsciiPage } from './ascii-page.ts'
import { type ContentKey, keyOfBlock, keyOfText } from './content-key.ts'
import { LONGEST_WORD, Phrases } from './phrases.ts'
import { PromptMessage } from './prompt-message.ts'
import type { Segment } from './segments.ts'
import type { TemplateOverhead } from './template-overhead.ts'

/**
 * Makes the text of prompts from words of a list, without a tokenizer: where each word of the list is one token, bare and after a space,
 * a prompt has as many tokens as its plan says, chat template included.
 *
 * Text is random words. Equal (seed, scope, block id) are equal bytes.
 */
export class PromptWriter {
  readonly #phrases: Phrases
  readonly #overhead: TemplateOverhead
  readonly #blockSize: number

  /** @throws RangeError when the list is empty, or a word is not of 1 to 15 lower-case ASCII letters. */
  constructor(options: {
    readonly words: readonly string[]
    readonly overhead: TemplateOverhead
    readonly blockSize: number
  }) {
    const odd = options.words.find((word) => word.length > LONGEST_WORD || !/^[a-z]+$/.test(word))
    if (odd !== undefined) {
      throw new RangeError(`a word of the list is not of 1 to ${LONGEST_WORD} lower-case ASCII letters`)
    }
    if (options.words.length === 0) throw new RangeError('the word list is empty')
    this.#phrases = new Phrases(options.words, options.blockSize)
    this.#overhead = options.overhead
    this.#blockSize = options.blockSize
  }

  /**
   * The messages of a prompt that is cut into `segments`.
   *
   * What the chat template adds is taken from the head of each message, so that its end, which later turns go on from, stays as it is. A
   * message that is too short keeps one word, and the next one gives what is still owed; where the last cannot, the prompt is too long.
   */
  messagesOf(prompt: PromptContent, segments: readonly Segment[]): PromptMessage[] {
    const text = textSource(prompt)
    let owed = segments[0]?.role === 'system' ? this.#overhead.baseWithSystem : this.#overhead.base
    return segments.map((segment) => {
      if (segment.role !== 'system') owed += this.#overhead[segment.role]
      const tokens = segment.blockCount * this.#blockSize + segment.tailTokens
      const dropped = Math.max(0, Math.min(owed, tokens - 1))
      owed -= tokens === 0 ? -1 : dropped
      return new PromptMessage(segment.role, (page) => this.#write(page, text, segment, dropped))
    })
  }

  #write(page: AsciiPage, source: TextSource, segment: Segment, dropped: number): void {
    const { blockStart, blockCount, tailTokens } = segment
    const blockSize = this.#blockSize
    const start = page.length
    let skip = dropped
    let isFirst = true
    const append = (key: ContentKey, to: number) => {
      this.#phrases.write(page, key, skip, to)
      if (isFirst) page.removeAt(start)
      isFirst = false
      skip = 0
    }
    for (let i = 0; i < blockCount; i += 1) {
      if (skip >= blockSize) skip -= blockSize
      else append(keyOfBlock(source.scope, source.blocks[blockStart + i]!), blockSize)
    }
    // An empty message gets a word all the same: servers refuse messages without any.
    append(source.tail, blockCount === 0 ? Math.max(1, tailTokens) : tailTokens)
  }
}

interface TextSource {
  readonly scope: ContentKey
  readonly tail: ContentKey
  readonly blocks: Uint32Array
}

function textSource({ seed, scope, tailKey, blocks }: PromptContent): TextSource {
  return {
    scope: keyOfText(JSON.stringify([seed, scope])),
    tail: keyOfText(JSON.stringify([seed, scope, tailKey])),
    blocks,
  }
}
