import type { PromptContent } from '../port/target.ts'
import { type ContentKey, keyOfBlock, keyOfText, mixed } from './content-key.ts'
import type { Message } from './prompt-message.ts'
import type { Segment } from './segments.ts'
import { type TemplateOverhead, tokensBefore } from './template-overhead.ts'

export interface PlainOptions {
  readonly words: readonly string[]
  readonly headWords: readonly string[]
  readonly overhead: TemplateOverhead
  readonly blockSize: number
}

/** What `PromptWriter` writes, put together the plain way: every word of the prompt in one list, which is cut into messages. */
export function plainMessages(
  prompt: PromptContent,
  segments: readonly Segment[],
  { words, headWords, overhead, blockSize }: PlainOptions,
): Message[] {
  const { seed, scope, tailKey, blocks } = prompt
  const scopeKey = keyOfText(JSON.stringify([seed, scope]))
  const tail = keyOfText(JSON.stringify([seed, scope, tailKey]))
  let owed = 0
  return segments.map(({ role, blockStart, blockCount, tailTokens, shortBy = 0 }, i) => {
    const all: string[] = []
    for (const id of blocks.subarray(blockStart, blockStart + blockCount)) {
      all.push(...plainWords(keyOfBlock(scopeKey, id), blockSize, words, blockSize))
    }
    all.push(...plainWords(tail, tailTokens, words, blockSize))
    if (all.length === 0) all.push(...plainWords(tail, 1, words, blockSize))
    owed += tokensBefore(overhead, role, segments[i - 1]?.role)
    while (owed > 0 && all.length > 1) {
      all.shift()
      owed -= 1
    }
    const isLast = i === segments.length - 1
    if (isLast) owed += overhead.behindLast
    for (let left = isLast ? owed : shortBy; left > 0 && all.length > 1; left -= 1) {
      all.pop()
      owed -= 1
    }
    const head = all[0]!
    if (!headWords.includes(head)) all[0] = headWords[words.indexOf(head) % headWords.length]!
    return { role, content: all.join(' ') }
  })
}

function plainWords(key: ContentKey, count: number, words: readonly string[], blockSize: number): string[] {
  const length = Math.max(1, Math.min(8, blockSize >> 2))
  return Array.from({ length: count }, (_, i) => {
    const phrase = mixed(key.a + Math.imul(Math.floor(i / length), key.b)) >>> 18
    return words[mixed(phrase * length + (i % length) + 1) % words.length]!
  })
}
