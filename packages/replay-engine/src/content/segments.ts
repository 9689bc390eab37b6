import type { Session } from '@reprise/trace'
import type { Role } from './role.ts'
import { mostPerMessage, NO_OVERHEAD, type TemplateOverhead } from './template-overhead.ts'
import { capsOf, type Sizes, shapesOf, type TurnShape } from './turn-shape.ts'

/** A message of a prompt: so many of its blocks, and after them `tailTokens` of filler (the last message only). */
export interface Segment {
  readonly role: Role
  readonly blockStart: number
  readonly blockCount: number
  readonly tailTokens: number
  /** Words that it gave up at its end when it was the last, and goes on without, since a reply stands right behind it. */
  readonly shortBy?: number
  /** Of an assistant's message that is a reply, and all of it. */
  readonly reply?: RecordedReply
}

/** `to`: the turn that was answered. `behindWhole`: of its prompt nothing is left out before the reply but filler. */
export interface RecordedReply {
  readonly to: number
  readonly behindWhole: boolean
}

/** What a turn's messages are, told from those of the turn before: the first `kept` of them, unchanged, and then `added`. */
interface TurnSegments {
  readonly kept: number
  readonly added: readonly Segment[]
}

/** Templates take 3 to 10 tokens a message: with this floor the messages are the same for nearly every endpoint. */
export const LEAST_MESSAGE_TOKENS = 16

/**
 * Cuts prompts into messages: a system message of the tool and system tokens, then the user's and the assistant's, in turn.
 *
 * The assistant gets as many of a turn's new blocks as its recorded reply would fill, the user the rest and the tail. Roles alternate,
 * the last message is the user's, and no message is too short to give up the words that its chat template adds (where a block holds as
 * many). Whatever only grows keeps its message boundaries.
 *
 * Source: the reconstruction that AIPerf applies to WEKA traces. Ours are: roles that always alternate, the least length of a message,
 * and the cap that follows from it.
 */
export class Segmenter {
  readonly #sizes: CutSizes
  readonly #sessions = new WeakMap<Session, readonly TurnSegments[]>()

  /** `overhead`: what the chat template adds. */
  constructor({
    blockSize,
    overhead = NO_OVERHEAD,
  }: { readonly blockSize: number; readonly overhead?: TemplateOverhead }) {
    const minTokens = Math.max(LEAST_MESSAGE_TOKENS, mostPerMessage(overhead) + 1)
    this.#sizes = { blockSize, minTokens, endTokens: overhead.behindLast, replyTokens: overhead.userToAssistant }
  }

  /**
   * The messages of a turn, at least one; their tokens add up to the turn's `inputTokens`. A session is cut once, when it is first asked for.
   *
   * @throws RangeError when the session has no such turn.
   */
  segmentsOf(session: Session, turn: number): readonly Segment[] {
    const turns = this.#sessions.get(session) ?? this.#cut(session)
    const last = turns[turn]
    if (!last) throw new RangeError(`session ${session.id} has no turn ${turn}`)
    const fromTheEnd = [last.added]
    let missing = last.kept
    for (let at = turn - 1; missing > 0; at -= 1) {
      const { kept, added } = turns[at]!
      if (kept >= missing) continue
      fromTheEnd.push(added.slice(0, missing - kept))
      missing = kept
    }
    return fromTheEnd.reverse().flat()
  }

  #cut(session: Session): readonly TurnSegments[] {
    const turns = cutSession(session, this.#sizes)
    this.#sessions.set(session, turns)
    return turns
  }
}

interface CutSizes extends Sizes {
  /** What the chat template puts behind the last message, and before a reply in the middle. */
  readonly endTokens: number
  readonly replyTokens: number
}

function cutSession(session: Session, sizes: CutSizes): TurnSegments[] {
  const shapes = shapesOf(session, sizes.blockSize)
  const caps = capsOf(shapes, sizes)
  const systemBlocks = Math.ceil((session.toolTokens + session.systemTokens) / sizes.blockSize)
  const turns: TurnSegments[] = []
  let before: readonly Segment[] = []
  for (const [t, shape] of shapes.entries()) {
    const now =
      t === 0
        ? openingTurn(shape, systemBlocks, caps[0]!, sizes)
        : laterTurn(before, shape, { turn: t, cap: caps[t]!, sizes })
    // A turn changes the end alone.
    let kept = Math.min(before.length, now.length)
    while (kept > 0 && !isSame(before[kept - 1]!, now[kept - 1])) kept -= 1
    turns.push({ kept, added: now.slice(kept) })
    before = now
  }
  return turns
}

function openingTurn(shape: TurnShape, systemBlocks: number, cap: number, sizes: Sizes): Segment[] {
  const segments: Segment[] = []
  const system = messageBlocks(Math.min(systemBlocks, cap, shape.blocks - usersNeed(shape, sizes)), sizes)
  append(segments, { role: 'system', blockStart: 0, blockCount: system, tailTokens: 0 })
  append(segments, { role: 'user', blockStart: system, blockCount: shape.blocks - system, tailTokens: shape.tail })
  return segments.length > 0 ? segments : [{ role: 'user', blockStart: 0, blockCount: 0, tailTokens: 0 }]
}

function laterTurn(
  before: readonly Segment[],
  shape: TurnShape,
  { turn, cap, sizes }: { readonly turn: number; readonly cap: number; readonly sizes: CutSizes },
): Segment[] {
  const { blocks, shared, tail } = shape
  const segments = cutAt(before, shared)
  const endsWithUser = segments.at(-1)?.role === 'user'
  if (!endsWithUser && (blocks - shared) * sizes.blockSize + tail < sizes.minTokens) {
    return endingWithUser(before, shape, sizes)
  }
  const hasUser = segments.some((segment) => segment.role === 'user')
  const wanted = hasUser ? Math.min(shape.replyBlocks, cap, blocks - shared - usersNeed(shape, sizes)) : 0
  // Beside a message of the assistant's own there is none too short.
  const reply = endsWithUser ? messageBlocks(wanted, sizes) : Math.max(0, wanted)
  if (reply > 0 && endsWithUser) leaveShort(segments, before, sizes)
  append(segments, {
    ...{ role: 'assistant', blockStart: shared, blockCount: reply, tailTokens: 0 },
    reply: { to: turn - 1, behindWhole: isWhole(segments, before) },
  })
  append(segments, { role: 'user', blockStart: shared + reply, blockCount: blocks - shared - reply, tailTokens: tail })
  return segments
}

/**
 * A message whose filler could not hold what ended its prompt gave up words of its last block. What opens a reply is what stands before one
 * in the middle, so that a prompt which goes on with a reply has all of the one before in it where the message stays as short as it was.
 */
function leaveShort(segments: Segment[], before: readonly Segment[], { endTokens, replyTokens }: CutSizes): void {
  const last = segments.at(-1)!
  const was = before[segments.length - 1]!
  const shortBy = endTokens - was.tailTokens
  if (isWhole(segments, before) && shortBy > 0 && shortBy <= replyTokens)
    segments[segments.length - 1] = { ...last, shortBy }
}

/** All blocks of the prompt before are still there. */
function isWhole(segments: readonly Segment[], before: readonly Segment[]): boolean {
  return segments.length === before.length && segments.at(-1)?.blockCount === before.at(-1)?.blockCount
}

/** The rare turn that adds next to nothing and could not be foreseen: the user takes the last blocks from whoever has them. */
function endingWithUser(before: readonly Segment[], { blocks, shared, tail }: TurnShape, sizes: Sizes): Segment[] {
  const from = Math.max(0, Math.min(shared, blocks - Math.ceil(sizes.minTokens / sizes.blockSize)))
  const segments = cutAt(before, from)
  append(segments, { role: 'user', blockStart: from, blockCount: blocks - from, tailTokens: tail })
  return segments.length > 0 ? segments : [{ role: 'user', blockStart: 0, blockCount: 0, tailTokens: 0 }]
}

/** Blocks that the user's last message must have, to be long enough even after its tail has gone. */
function usersNeed({ tail }: TurnShape, { blockSize, minTokens }: Sizes): number {
  return tail >= minTokens ? 0 : Math.ceil(minTokens / blockSize)
}

function messageBlocks(blocks: number, { blockSize, minTokens }: Sizes): number {
  return blocks * blockSize >= minTokens ? blocks : 0
}

/** Blocks follow each other without gaps, and only a prompt's last message has a tail or no block: all but the last stay as they are. */
function cutAt(segments: readonly Segment[], blocks: number): Segment[] {
  let count = segments.length
  while (count > 0 && !hasBlockBefore(segments[count - 1]!, blocks)) count -= 1
  const cut = segments.slice(0, count)
  const last = cut.at(-1)
  if (!last) return cut
  const blockCount = Math.min(last.blockCount, blocks - last.blockStart)
  const { role, blockStart } = last
  if (blockCount < last.blockCount || last.tailTokens > 0)
    cut[count - 1] = { role, blockStart, blockCount, tailTokens: 0 }
  return cut
}

function hasBlockBefore({ blockStart, blockCount }: Segment, blocks: number): boolean {
  return blockCount > 0 && blockStart < blocks
}

/** Adds a message, or makes the last one longer where it is of the same role; nothing where the message is empty. */
function append(segments: Segment[], added: Segment): void {
  if (added.blockCount === 0 && added.tailTokens === 0) return
  const last = segments.at(-1)
  if (last?.role !== added.role) {
    segments.push(added)
  } else {
    const { role, blockStart } = last
    const blockCount = last.blockCount + added.blockCount
    segments[segments.length - 1] = { role, blockStart, blockCount, tailTokens: added.tailTokens }
  }
}

function isSame(a: Segment, b: Segment | undefined): boolean {
  if (a === b) return true
  return (
    a.role === b?.role &&
    a.blockStart === b.blockStart &&
    a.blockCount === b.blockCount &&
    a.tailTokens === b.tailTokens &&
    a.shortBy === b.shortBy &&
    a.reply?.to === b.reply?.to
  )
}
