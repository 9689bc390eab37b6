import { blocksOf, type Trace } from '@reprise/trace'
import type { PromptContent } from '../port/target.ts'
import type { SeenBlocks } from './seen-blocks.ts'

interface SessionPrompt {
  readonly turn: number
  /** All ids of the turn, also those that its token count does not cover. */
  readonly blocks: Uint32Array
  /** How many leading blocks have been sent in this scope. */
  readonly sent: number
}

export interface Prompt {
  readonly content: PromptContent
  /** Prompt tokens that an infinite cache of the scope holds at this instant. */
  readonly idealHitTokens: number
}

/** The prompts of one play. Each is made from the one before it in its session, so that a long history costs one copy. */
export class TreePrompts {
  readonly #trace: Trace
  readonly #key: { readonly seed: number; readonly scope: string; readonly blockSize: number }
  readonly #seen: SeenBlocks
  readonly #latest = new Map<number, SessionPrompt>()

  constructor(
    trace: Trace,
    key: { readonly seed: number; readonly scope: string; readonly blockSize: number },
    seen: SeenBlocks,
  ) {
    this.#trace = trace
    this.#key = key
    this.#seen = seen
  }

  /** The prompt of a turn. `sends: false` for one that is never sent, and so leaves nothing in any cache. */
  next(sessionIndex: number, turn: number, { sends }: { readonly sends: boolean }): Prompt {
    const { inputTokens, sharedBlocks, partialBlock } = this.#trace.sessions[sessionIndex]!.turns[turn]!
    const { blockSize } = this.#key
    const before = this.#latest.get(sessionIndex)
    const follows = before?.turn === turn - 1
    const all = this.#allBlocks(sessionIndex, turn, follows ? before.blocks : undefined)
    const blocks = all.subarray(0, Math.min(all.length, Math.floor(inputTokens / blockSize)))
    const known = follows ? Math.min(sharedBlocks, before.sent, blocks.length) : 0
    const hits = this.#seen.leading(blocks, known)
    const tailTokens = Math.max(1, inputTokens) - blocks.length * blockSize
    const isWhole = partialBlock !== undefined && hits === blocks.length && this.#seen.hasPartial(partialBlock)
    if (sends) this.#seen.add(blocks, hits, partialBlock)
    this.#latest.set(sessionIndex, { turn, blocks: all, sent: sends ? blocks.length : known })
    const tailKey = partialBlock === undefined ? `${sessionIndex}.${turn}` : `block ${partialBlock}`
    return {
      content: { ...this.#key, blocks, tailTokens, tailKey },
      idealHitTokens: hits * blockSize + (isWhole ? tailTokens : 0),
    }
  }

  #allBlocks(sessionIndex: number, turn: number, previous: Uint32Array | undefined): Uint32Array {
    const session = this.#trace.sessions[sessionIndex]!
    if (!previous) return blocksOf(session, turn)
    const { sharedBlocks, ownBlocks } = session.turns[turn]!
    const blocks = new Uint32Array(sharedBlocks + ownBlocks.length)
    blocks.set(previous.subarray(0, sharedBlocks))
    blocks.set(ownBlocks, sharedBlocks)
    return blocks
  }
}
