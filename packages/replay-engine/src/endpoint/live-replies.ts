import type { Observer, Outcome, ReplyText } from '@reprise/wire'
import { escapedText, type LiveReply } from '../content/live-reply.ts'
import type { Segment } from '../content/segments.ts'
import type { PlannedRequest } from '../port/target.ts'

/** What later prompts of a session want of the reply to a request. */
export interface ReplyUse {
  /** Some of them follow, and the request asks for as much as was recorded: what warm-up sends for one token brings no reply. */
  readonly isKept: boolean
  /** None follows. */
  readonly isLast: boolean
}

/** A reply that is longer is not kept: no recorded one comes near it. */
const MOST_CHARACTERS = 1024 * 1024

/** Of all texts together. Beyond it those of the lane that was heard of longest ago are let go. */
const MOST_BYTES = 256 * 1024 * 1024

interface LanePlay {
  readonly play: number
  readonly sessions: Map<number, Map<number, LiveReply>>
  bytes: number
}

/**
 * The replies of a server that later prompts of the same session say again. A lane's are let go when its next play begins, and a session's with its
 * last turn.
 */
export class LiveReplies {
  readonly #lanes = new Map<number, LanePlay>()
  readonly #mostBytes: number
  #bytes = 0

  constructor({ mostBytes = MOST_BYTES }: { readonly mostBytes?: number } = {}) {
    this.#mostBytes = mostBytes
  }

  /** Of the texts that are kept. */
  get bytes(): number {
    return this.#bytes
  }

  /** What stands in the place of some messages of a prompt, by theirs. A reply that is not at hand is left to the recording. */
  of({ lane, play, sessionIndex }: PlannedRequest, segments: readonly Segment[]): readonly (LiveReply | undefined)[] {
    const kept = this.#lanes.get(lane)
    const replies = kept?.play === play ? kept.sessions.get(sessionIndex) : undefined
    return replies ? segments.map(({ reply }) => (reply ? replies.get(reply.to) : undefined)) : []
  }

  /** Hears a reply for its text; `ended` is to be told what became of it. */
  listen(
    request: PlannedRequest,
    use: ReplyUse,
    observer: Observer,
  ): { readonly observer: Observer; readonly ended: (outcome: Outcome) => void } {
    if (!use.isKept) return { observer, ended: () => use.isLast && this.#forget(request) }
    const heard = new HeardText()
    return {
      observer: listening(observer, heard),
      ended: (outcome) => {
        const reply = outcome.kind === 'ok' ? heard.reply(request, outcome.usage?.outputTokens) : undefined
        if (reply) this.#keep(request, reply)
      },
    }
  }

  #keep({ lane, play, sessionIndex, turn }: PlannedRequest, reply: LiveReply): void {
    const kept = this.#lanes.get(lane)
    // A straggler of an earlier play.
    if (kept && kept.play > play) return
    if (kept && kept.play < play) this.#drop(lane)
    const current = this.#lanes.get(lane) ?? { play, sessions: new Map(), bytes: 0 }
    const session = current.sessions.get(sessionIndex) ?? new Map<number, LiveReply>()
    session.set(turn, reply)
    current.sessions.set(sessionIndex, session)
    current.bytes += reply.escaped.length
    this.#bytes += reply.escaped.length
    this.#lanes.delete(lane)
    this.#lanes.set(lane, current)
    for (const [oldest] of this.#lanes) {
      if (this.#bytes <= this.#mostBytes) break
      this.#drop(oldest)
    }
  }

  #forget({ lane, play, sessionIndex }: PlannedRequest): void {
    const kept = this.#lanes.get(lane)
    if (kept?.play !== play) return
    let bytes = 0
    for (const { escaped } of kept.sessions.get(sessionIndex)?.values() ?? []) bytes += escaped.length
    kept.sessions.delete(sessionIndex)
    kept.bytes -= bytes
    this.#bytes -= bytes
    if (kept.sessions.size === 0) this.#lanes.delete(lane)
  }

  #drop(lane: number): void {
    this.#bytes -= this.#lanes.get(lane)?.bytes ?? 0
    this.#lanes.delete(lane)
  }
}

/** What was generated, without its thinking: that is in no later prompt. A call of a tool stands as the text that it came as. */
class HeardText {
  #parts: string[] = []
  #characters = 0
  #saidBytes = 0
  #allBytes = 0
  #saidTokens = 0

  add({ answer, reasoning, tool }: ReplyText): void {
    const said = answer + tool
    this.#saidBytes += Buffer.byteLength(said)
    this.#allBytes += Buffer.byteLength(said) + Buffer.byteLength(reasoning)
    this.#characters += said.length
    if (this.#characters <= MOST_CHARACTERS) this.#parts.push(said)
  }

  chunk(kind: string, tokens: number | undefined): void {
    if (kind !== 'reasoning') this.#saidTokens += tokens ?? 1
  }

  /** Undefined where it said nothing. Of thinking and saying together the server tells the tokens: each has its share of them. */
  reply({ prompt }: PlannedRequest, outputTokens: number | undefined): LiveReply | undefined {
    if (this.#saidBytes === 0 || this.#characters > MOST_CHARACTERS) return undefined
    const share = this.#saidBytes / this.#allBytes
    const tokens = outputTokens === undefined ? this.#saidTokens : Math.max(1, Math.round(outputTokens * share))
    const { tailTokens, tailKey } = prompt
    return { escaped: escapedText(this.#parts.join('')), tokens, tailTokens, tailKey }
  }
}

function listening(told: Observer, heard: HeardText): Observer {
  return {
    connecting: (atMs) => told.connecting(atMs),
    sent: (atMs) => told.sent(atMs),
    headers: (atMs) => told.headers(atMs),
    chunk: (atMs, kind, tokens, bytes) => {
      heard.chunk(kind, tokens)
      told.chunk(atMs, kind, tokens, bytes)
    },
    resent: () => told.resent(),
    ended: (atMs) => told.ended?.(atMs),
    text: (text) => heard.add(text),
    ...(told.raw && { raw: (atMs, text) => told.raw?.(atMs, text) }),
  }
}
