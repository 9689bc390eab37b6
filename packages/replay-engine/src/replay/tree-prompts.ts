import type { Session, Trace } from '@reprise/trace'
import { blockCountOf, blocksOf } from '@reprise/trace/blocks'
import { LEAST_MESSAGE_TOKENS } from '../content/segments.ts'
import type { PromptContent } from '../port/target.ts'
import type { CommonBlocks, SeenBlocks, SeenByPlay } from './seen-blocks.ts'

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
  readonly #common: CommonBlocks | undefined
  readonly #system: SeenByPlay['system']
  readonly #latest = new Map<number, SessionPrompt>()

  constructor(
    trace: Trace,
    key: { readonly seed: number; readonly scope: string; readonly blockSize: number },
    { seen, common, system }: SeenByPlay,
  ) {
    this.#trace = trace
    this.#key = key
    this.#seen = seen
    this.#common = common
    this.#system = system
  }

  /** The prompt of a turn. `sends: false` for one that is never sent, and so leaves nothing in any cache. */
  next(sessionIndex: number, turn: number, { sends }: { readonly sends: boolean }): Prompt {
    const session = this.#trace.sessions[sessionIndex]!
    const { inputTokens, sharedBlocks, partialBlock } = session.turns[turn]!
    const { blockSize } = this.#key
    const before = this.#latest.get(sessionIndex)
    const follows = before?.turn === turn - 1
    const all = this.#allBlocks(sessionIndex, turn, follows ? before.blocks : undefined)
    const recorded = all.subarray(0, Math.min(all.length, Math.floor(inputTokens / blockSize)))
    const common = this.#common
    const ownBlock = common ? Math.min(systemBlocks(session, turn, blockSize), recorded.length) : 0
    const system = this.#systemOf(session, turn)
    const systemEnd = system ? Math.min(system.blocks, recorded.length, common ? ownBlock : recorded.length) : 0
    const blocks = systemEnd > 0 ? withPlaces(recorded, systemEnd) : recorded
    const known = follows ? Math.min(sharedBlocks, before.sent, blocks.length) : 0
    const shared = blocks.subarray(0, systemEnd)
    const sharedHits = system ? system.seen.leading(shared, Math.min(known, systemEnd)) : 0
    const head = blocks.subarray(systemEnd, Math.max(systemEnd, ownBlock))
    const headHits = common ? common.seen.leading(head, Math.min(Math.max(0, known - systemEnd), head.length)) : 0
    const ownFrom = systemEnd + head.length
    const commonHits = sharedHits < systemEnd ? sharedHits : systemEnd + headHits
    const hits = commonHits < ownFrom ? commonHits : this.#seen.leading(blocks, Math.max(known, ownFrom))
    const tailTokens = Math.max(1, inputTokens) - blocks.length * blockSize
    const isWhole = partialBlock !== undefined && hits === blocks.length && this.#seen.hasPartial(partialBlock)
    if (sends) {
      system?.seen.add(shared, sharedHits)
      common?.seen.add(head, headHits)
      this.#seen.add(blocks, Math.max(hits, ownFrom), partialBlock)
    }
    this.#latest.set(sessionIndex, { turn, blocks: all, sent: sends ? blocks.length : known })
    const tailKey = partialBlock === undefined ? `${sessionIndex}.${turn}` : `block ${partialBlock}`
    return {
      content: {
        ...this.#key,
        blocks,
        tailTokens,
        tailKey,
        ...(common && { common: { scope: common.scope, ownBlock } }),
        ...(system && { system: { scope: system.scope, blocks: systemEnd } }),
      },
      idealHitTokens: hits * blockSize + (isWhole ? tailTokens : 0),
    }
  }

  /** The text that the prompt of a turn begins with as others do, and how much of it. */
  #systemOf(session: Session, turn: number): (CommonBlocks & { readonly blocks: number }) | undefined {
    if (!this.#system) return undefined
    const { ofRoots, ofSubagents, tokens } = this.#system
    const text = session.parent === undefined ? ofRoots : ofSubagents
    const { blockSize } = this.#key
    if (tokens === undefined) return { ...text, blocks: systemBlocks(session, turn, blockSize) }
    const declared = session.toolTokens + session.systemTokens
    const blocks = systemBlocks(session, turn, blockSize, declared > 0 ? declared : tokens)
    return { ...text, blocks: Math.min(blocks, Math.floor(tokens / blockSize)) }
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

/** The first blocks named by their places: what the recording calls them, only their own trace knows. */
function withPlaces(blocks: Uint32Array, count: number): Uint32Array {
  const named = blocks.slice()
  for (let at = 0; at < count; at += 1) named[at] = at
  return named
}

/** Blocks of the system message that the prompt of a turn still begins with: what every turn up to it has kept. The rest is the user's. */
function systemBlocks(
  session: Session,
  turn: number,
  blockSize: number,
  declaredTokens = session.toolTokens + session.systemTokens,
): number {
  const { turns } = session
  const { inputTokens } = turns[0]!
  const all = Math.min(blockCountOf(session, 0), Math.floor(inputTokens / blockSize))
  const forTheUser =
    inputTokens - all * blockSize >= LEAST_MESSAGE_TOKENS ? 0 : Math.ceil(LEAST_MESSAGE_TOKENS / blockSize)
  let blocks = Math.max(0, Math.min(Math.ceil(declaredTokens / blockSize), all - forTheUser))
  for (let t = 1; t <= turn && blocks > 0; t += 1) blocks = Math.min(blocks, turns[t]!.sharedBlocks)
  return blocks
}
