import type { PromptContent } from '../target/target.ts'
import { type ContentKey, keyOfBlock, keyOfText, mixed } from './content-key.ts'
import type { Message } from './prompt-message.ts'
import type { Segment } from './segments.ts'
import type { TemplateOverhead } from './template-overhead.ts'

export interface PlainOptions {
  readonly words: readonly string[]
  readonly overhead: TemplateOverhead
  readonly blockSize: number
}

/** What `PromptWriter` writes, put together the plain way: every word of the prompt in one list, which is cut into messages. */
export function plainMessages(
  prompt: PromptContent,
  segments: readonly Segment[],
  { words, overhead, blockSize }: PlainOptions,
): Message[] {
  const { seed, scope, tailKey, blocks } = prompt
  const scopeKey = keyOfText(JSON.stringify([seed, scope]))
  const tail = keyOfText(JSON.stringify([seed, scope, tailKey]))
  let owed = segments[0]?.role === 'system' ? overhead.baseWithSystem : overhead.base
  return segments.map(({ role, blockStart, blockCount, tailTokens }) => {
    const all: string[] = []
    for (const id of blocks.subarray(blockStart, blockStart + blockCount)) {
      all.push(...plainWords(keyOfBlock(scopeKey, id), blockSize, words, blockSize))
    }
    all.push(...plainWords(tail, tailTokens, words, blockSize))
    if (role !== 'system') owed += overhead[role]
    const dropped = Math.max(0, Math.min(owed, all.length - 1))
    owed -= all.length === 0 ? -1 : dropped
    const kept = all.length === 0 ? plainWords(tail, 1, words, blockSize) : all.slice(dropped)
    return { role, content: kept.join(' ') }
  })
}

function plainWords(key: ContentKey, count: number, words: readonly string[], blockSize: number): string[] {
  const length = Math.max(1, Math.min(8, blockSize >> 2))
  return Array.from({ length: count }, (_, i) => {
    const phrase = mixed(key.a + Math.imul(Math.floor(i / length), key.b)) >>> 18
    return words[mixed(phrase * length + (i % length) + 1) % words.length]!
  })
}
