import type { LiveReply } from './live-reply.ts'
import type { Role } from './role.ts'
import type { Segment } from './segments.ts'
import { type TemplateOverhead, tokensBefore } from './template-overhead.ts'

/** Of the words of a message, those from `from` (inclusive) to `to` (exclusive) are sent. Below 0 it is so much filler before the first. */
export interface WordRange {
  readonly from: number
  readonly to: number
}

/**
 * What of each message is sent, so that words and chat template together are as long as the messages were planned.
 *
 * What the template puts before a message is taken from the message's head, so that its end, which later turns go on from, is where its last
 * block ends. What stands behind the last message is taken from its end: from its filler, which no later turn shares, as long as that lasts,
 * and then from its last block. A message that stays so short lets the next one have what it gave up.
 * A message that is too short keeps one word, and the next one gives what is still owed; where the last cannot, the prompt is too long. An
 * empty message has a word: servers refuse messages without any.
 *
 * A message that is a server's own reply is as long as it is: `replies` has those, by their place. The next message makes up for it, with fewer words or
 * with filler at its head, and what a reply answers stays as it was sent, filler included.
 */
export function wordRanges(
  segments: readonly Segment[],
  { overhead, blockSize }: { readonly overhead: TemplateOverhead; readonly blockSize: number },
  replies: readonly (LiveReply | undefined)[] = [],
): readonly WordRange[] {
  let owed = 0
  let previous: Role | undefined
  return segments.map(({ role, blockCount, tailTokens, shortBy = 0 }, i) => {
    const planned = Math.max(1, blockCount * blockSize + tailTokens)
    owed += tokensBefore(overhead, role, previous)
    previous = role
    const reply = replies[i]
    if (reply) {
      owed += reply.tokens - planned
      return { from: 0, to: 0 }
    }
    const answered = segments[i + 1]?.reply?.behindWhole ? replies[i + 1] : undefined
    const words = planned + (answered?.tailTokens ?? 0)
    const from = Math.min(owed, words - 1)
    const endsPrompt = i === segments.length - 1 || answered !== undefined
    const behind = endsPrompt ? Math.max(0, owed - from + overhead.behindLast) : shortBy
    const to = Math.max(from + 1, words - behind)
    owed -= from + planned - to
    return { from, to }
  })
}
