import { blocksOf } from '../blocks-of.ts'
import type { Trace } from '../corpus.ts'
import { linkSessions } from '../link-sessions.ts'
import { valueAt } from './distribution.ts'
import { evenly, type Random, randomFor, shuffled } from './random.ts'
import { type Knobs, SessionTree } from './session-tree.ts'
import type { Shapes, SharedStart } from './shapes.ts'

/** What the traces of a corpus have in common. */
export interface TracePlan {
  readonly shapes: Shapes
  readonly blockSize: number
  readonly model: string
  /** Of the traces: those with subagents. */
  readonly subagentShare: number
  /** Levels of subagents of the trace at a position among `of` traces with subagents. */
  readonly depthOf: (position: number, of: number) => number
  readonly hasBackground: (position: number, of: number) => boolean
  /** Times and replies of all turns together are drawn evenly, and not each trace's by itself. */
  readonly isEven: boolean
}

export interface DrawOptions {
  readonly seed: number
  readonly count: number
  readonly plan: TracePlan
  readonly knobs: Knobs
  readonly lengthOf: (agent: 'root' | 'subagent', drawnTokens: number) => number
}

/** Traces whose numbers of turns are drawn one from each of `count` equal slices of their distribution. */
export function drawTraces({ seed, count, plan, knobs, lengthOf }: DrawOptions): Trace[] {
  const { shapes, subagentShare, depthOf, hasBackground, blockSize, model } = plan
  const lengths = shuffled(randomFor(seed, 'lengths'), count)
  const withSubagents = shuffled(randomFor(seed, 'subagents'), count).slice(0, Math.round(subagentShare * count))
  const shared = shapes.sharedStart && new SharedPrompts(randomFor(seed, 'shared'), shapes.sharedStart)
  const idsOfAll = counting()
  const evenDraw = (what: string) => evenly(randomFor(seed, 'even', what))
  const even = { think: evenDraw('think'), service: evenDraw('service'), output: evenDraw('output') }
  return lengths.map((slice, index): Trace => {
    const random = randomFor(seed, 'trace', index)
    const turns = valueAt(shapes.root.turns, (slice + random()) / count) * knobs.turnScale
    const position = withSubagents.indexOf(index)
    const depth = position < 0 ? 0 : depthOf(position, withSubagents.length)
    const tree = new SessionTree(random, {
      ...knobs,
      ...{ shapes, blockSize, model, depth, lengthOf },
      withBackground: position >= 0 && hasBackground(position, withSubagents.length),
      takeIds: shared ? idsOfAll : counting(),
      ...(plan.isEven && { evenly: even }),
      ...(shared && { startBlocks: (blocks: number) => shared.beginning(blocks) }),
    })
    const unlinked = tree.sessionsOf(Math.max(depth > 0 ? 2 : 1, Math.round(turns)))
    const sessions = linkSessions(unlinked, { basis: 'completion-relative' })
    shared?.add(blocksOf(sessions[0]!, sessions[0]!.turns.length - 1))
    return { id: idOf(index, count), models: [model], sessions }
  })
}

/** Hands out ids from 1, each once. */
function counting(): (count: number) => Uint32Array {
  let next = 1
  return (count) => {
    const first = next
    next += count
    return Uint32Array.from({ length: count }, (_, offset) => first + offset)
  }
}

const promptsKept = 1000
const tries = 16

/** Prompts of the traces so far, for others to begin with. */
class SharedPrompts {
  readonly #random: Random
  readonly #start: SharedStart
  readonly #prompts: Uint32Array[] = []

  constructor(random: Random, start: SharedStart) {
    this.#random = random
    this.#start = start
  }

  add(blocks: Uint32Array): void {
    if (this.#prompts.length < promptsKept) this.#prompts.push(blocks)
    else this.#prompts[Math.floor(this.#random() * promptsKept)] = blocks
  }

  /** What a prompt of so many blocks begins with: of some earlier ones the first that is long enough, else the longest. */
  beginning(blocks: number): Uint32Array {
    const wanted = Math.round(blocks * valueAt(this.#start.keptShare, this.#random()))
    let longest = new Uint32Array(0)
    for (let left = tries; left > 0 && longest.length < wanted && this.#prompts.length > 0; left -= 1) {
      const prompt = this.#prompts[Math.floor(this.#random() * this.#prompts.length)]!
      if (prompt.length > longest.length) longest = prompt.slice()
    }
    return longest.subarray(0, wanted)
  }
}

/** Numbered with as many digits as the last one needs, so that they sort in order. */
function idOf(index: number, count: number): string {
  return `synth_${String(index + 1).padStart(Math.max(4, String(count).length), '0')}`
}
