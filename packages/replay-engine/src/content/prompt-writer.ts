import type { PromptContent } from '../port/target.ts'
import type { AsciiPage } from './ascii-page.ts'
import { type ContentKey, keyOfBlock, keyOfText } from './content-key.ts'
import type { LiveReply } from './live-reply.ts'
import { LONGEST_WORD, Phrases } from './phrases.ts'
import { PromptMessage } from './prompt-message.ts'
import type { Segment } from './segments.ts'
import type { TemplateOverhead } from './template-overhead.ts'
import { type WordRange, wordRanges } from './word-ranges.ts'

/**
 * Makes the text of prompts from words of a list, without a tokenizer: where each word of the list is one token after a space, and those
 * for heads are one also where nothing stands before them, a prompt has as many tokens as its plan says, chat template included.
 *
 * Text is random words. Equal (seed, scope, block id) are equal bytes, where the scope of a block is that which plays have in common if there
 * is one.
 */
export class PromptWriter {
  readonly #phrases: Phrases
  readonly #options: { readonly overhead: TemplateOverhead; readonly blockSize: number }

  /**
   * `headWords`: those of the words that messages may begin with; default all of them.
   *
   * @throws RangeError when the list is empty, or a word is not of 1 to 15 lower-case ASCII letters.
   */
  constructor(options: {
    readonly words: readonly string[]
    readonly headWords?: readonly string[]
    readonly overhead: TemplateOverhead
    readonly blockSize: number
  }) {
    const { words, headWords = words } = options
    const odd = [...words, ...headWords].find((word) => word.length > LONGEST_WORD || !/^[a-z]+$/.test(word))
    if (odd !== undefined) {
      throw new RangeError(`a word of the list is not of 1 to ${LONGEST_WORD} lower-case ASCII letters`)
    }
    if (words.length === 0 || headWords.length === 0) throw new RangeError('the word list is empty')
    this.#phrases = new Phrases({ words, headWords, blockSize: options.blockSize })
    this.#options = options
  }

  /** The messages of a prompt that is cut into `segments`; `replies`: what stands in the place of some of them, by theirs. */
  messagesOf(
    prompt: PromptContent,
    segments: readonly Segment[],
    replies: readonly (LiveReply | undefined)[] = [],
  ): PromptMessage[] {
    const text = textSource(prompt)
    const ranges = wordRanges(segments, this.#options, replies)
    return segments.map((segment, i) => {
      const [reply, next] = [replies[i], replies[i + 1]]
      if (reply) return new PromptMessage(segment.role, (page) => page.write(reply.escaped), { isReply: true })
      const source = next ? { ...text, tail: tailOf({ ...prompt, tailKey: next.tailKey }) } : text
      return new PromptMessage(segment.role, (page) => this.#write(page, source, segment, ranges[i]!))
    })
  }

  #write(page: AsciiPage, source: TextSource, { blockStart, blockCount }: Segment, { from, to }: WordRange): void {
    const { blockSize } = this.#options
    const write = (key: ContentKey, start: number, end: number) => {
      let first = Math.max(from, start)
      if (first >= end) return
      if (first === from) this.#phrases.writeHead(page, key, first++ - start)
      this.#phrases.write(page, key, first - start, end - start)
    }
    const endOfBlocks = blockCount * blockSize
    if (from < 0) write(keyOfBlock(source.filler, blockStart), from, 0)
    for (let at = Math.max(0, from - (from % blockSize)); at < Math.min(to, endOfBlocks); at += blockSize) {
      const index = blockStart + at / blockSize
      const scope =
        index < source.systemBlocks ? source.systemScope : index === source.ownBlock ? source.scope : source.commonScope
      write(keyOfBlock(scope, source.blocks[index]!), at, Math.min(to, at + blockSize))
    }
    write(source.tail, endOfBlocks, to)
  }
}

interface TextSource {
  readonly scope: ContentKey
  readonly commonScope: ContentKey
  readonly systemScope: ContentKey
  readonly systemBlocks: number
  readonly ownBlock: number | undefined
  readonly tail: ContentKey
  /** Of what makes up for a reply that is too short. */
  readonly filler: ContentKey
  readonly blocks: Uint32Array
}

function textSource(prompt: PromptContent): TextSource {
  const { seed, scope, blocks, common, system } = prompt
  const own = keyOfText(JSON.stringify([seed, scope]))
  return {
    scope: own,
    commonScope: common ? keyOfText(JSON.stringify([seed, common.scope])) : own,
    systemScope: system ? keyOfText(JSON.stringify([seed, system.scope])) : own,
    systemBlocks: system?.blocks ?? 0,
    ownBlock: common?.ownBlock,
    tail: tailOf(prompt),
    filler: keyOfText(JSON.stringify([seed, scope, 'behind a reply'])),
    blocks,
  }
}

function tailOf({ seed, scope, tailKey }: Pick<PromptContent, 'seed' | 'scope' | 'tailKey'>): ContentKey {
  return keyOfText(JSON.stringify([seed, scope, tailKey]))
}
