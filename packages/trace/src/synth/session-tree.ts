import type { Launch, Turn } from '../corpus.ts'
import type { UnlinkedSession } from '../link-sessions.ts'
import { type Distribution, valueAt } from './distribution.ts'
import { PromptHistory } from './prompt-history.ts'
import { type Random, wholeBetween } from './random.ts'
import type { AgentShape, Shapes } from './shapes.ts'

export interface TreeOptions extends Knobs {
  readonly shapes: Shapes
  readonly blockSize: number
  readonly model: string
  /** Levels of subagents: 0, none; 1, those of the root; and one of each level below has its own. */
  readonly depth: number
  /** One of the subagents is waited for by nobody. */
  readonly withBackground: boolean
  /** The length that a prompt of so many drawn tokens has. */
  readonly lengthOf: (agent: 'root' | 'subagent', drawnTokens: number) => number
  readonly takeIds: (count: number) => Uint32Array
  /** Draws of turns' own times and replies. Default: those of the trace. */
  readonly evenly?: Readonly<Record<'think' | 'service' | 'output', Random>>
  /** Ids that the root's first prompt begins with. */
  readonly startBlocks?: (blocks: number) => Uint32Array
}

/** Factors on what is drawn. */
export interface Knobs {
  /** On all token counts. */
  readonly scale: number
  /** On turns per session, subagents' too. */
  readonly turnScale: number
  readonly thinkScale: number
  /** On what a turn adds to its prompt. */
  readonly growthScale: number
  /** On how often a context is compacted; 0: never. */
  readonly compactionScale: number
  /** On how many subagents are started together. */
  readonly fanOutScale: number
}

type Unlinked = Omit<Turn, 'needs'>

interface Draft {
  readonly parent?: number
  readonly afterTurn?: number
  readonly startMs: number
  readonly turns: number
  /** 0 for the root. */
  readonly level: number
}

interface Group {
  readonly afterTurn: number
  readonly endMs: number
  /** The session's first. */
  readonly isFirst: boolean
  readonly level: number
}

const agentTypes = ['Explore', 'general-purpose', 'Plan'] as const

/** Makes up the sessions of one trace; used once. */
export class SessionTree {
  readonly #random: Random
  readonly #options: TreeOptions
  readonly #sessions: UnlinkedSession[] = []
  /** Ids of tools and system prompt, which subagents of one type share. */
  readonly #heads = new Map<string, Uint32Array>()
  /** The deepest level of which one has started subagents of its own. */
  #nested = 0

  constructor(random: Random, options: TreeOptions) {
    this.#random = random
    this.#options = options
  }

  /** The root first, with `turns` turns, then its subagents, each parent before its children. */
  sessionsOf(turns: number): readonly UnlinkedSession[] {
    this.#addSession({ startMs: 0, turns, level: 0 })
    return this.#sessions
  }

  /** Adds the session and all it starts; returns when its last turn ended. */
  #addSession(draft: Draft): number {
    const index = this.#sessions.length
    const agentType = index === 0 ? undefined : agentTypes[Math.floor(this.#random() ** 3 * agentTypes.length)]!
    const shape = this.#shapeOf(draft)
    const history = this.#historyOf(shape, agentType)
    const turns: Unlinked[] = []
    const slot = { toolTokens: history.toolTokens, systemTokens: history.systemTokens, turns }
    this.#sessions.push({ id: 'root', ...slot })
    const launchTurns = this.#launchTurns(draft)
    let startMs = draft.startMs
    let endMs = startMs
    for (let turn = 0; turn < draft.turns; turn += 1) {
      turns.push(this.#turnAt(shape, startMs, turn === 0 ? 0 : startMs - endMs, turns.length, history))
      endMs = startMs + (turns[turn]?.apiMs ?? 0)
      const joinedMs = launchTurns.includes(turn)
        ? this.#addGroup(index, { afterTurn: turn, endMs, isFirst: launchTurns[0] === turn, level: draft.level + 1 })
        : undefined
      startMs =
        joinedMs === undefined
          ? endMs + this.#thinkScaled(this.#draw(shape.thinkMs, this.#options.evenly?.think))
          : joinedMs + this.#thinkScaled(this.#draw(this.#options.shapes.family.resumeMs))
    }
    if (index > 0)
      this.#sessions[index] = { id: idOf(index), ...parentOf(draft, endMs), agentType: agentType!, ...slot }
    return endMs
  }

  /** Starts subagents after a turn; returns when the last that is waited for ended. */
  #addGroup(parent: number, { afterTurn, endMs, isFirst, level }: Group): number | undefined {
    const { shapes, fanOutScale, withBackground } = this.#options
    const startMs = endMs + this.#draw(shapes.family.launchMs)
    const launch = { parent, afterTurn, startMs, level }
    const ends: number[] = []
    const count = Math.max(1, Math.round(valueAt(shapes.family.groupSizes, this.#random()) * fanOutScale))
    for (let agent = 0; agent < count; agent += 1) {
      ends.push(this.#addSession({ ...launch, turns: this.#subagentTurns() }))
    }
    if (parent === 0 && isFirst && withBackground) this.#addAsync(launch)
    return Math.max(...ends)
  }

  #addAsync(launch: { parent: number; afterTurn: number; startMs: number; level: number }): void {
    const index = this.#sessions.length
    this.#addSession({ ...launch, turns: this.#subagentTurns() })
    const { parent, afterTurn, startMs } = launch
    this.#sessions[index] = { ...this.#sessions[index]!, parent, launch: { afterTurn, startMs } }
  }

  /** After which turns a session starts subagents. Never its last: an agent looks at what its subagents found. */
  #launchTurns({ level, turns }: Draft): number[] {
    const choices = turns - 1
    if (level >= this.#options.depth || choices < 1) return []
    if (level > 0 && this.#nested >= level) return []
    const { turnsPerGroup } = this.#options.shapes.family
    const groups = level > 0 ? 1 : Math.min(choices, 1 + Math.floor(turns / turnsPerGroup))
    this.#nested = level
    const drawn = Array.from({ length: groups }, () => wholeBetween(this.#random, 0, choices - 1))
    return [...new Set(drawn)].sort((a, b) => a - b)
  }

  #turnAt(shape: AgentShape, startMs: number, thinkMs: number, index: number, history: PromptHistory): Unlinked {
    const { evenly } = this.#options
    const apiMs = shape.apiMs && this.#draw(shape.apiMs, evenly?.service)
    const streamed = apiMs !== undefined && this.#random() < shape.streamedShare
    const prompt = history.next()
    const continues = this.#random() < 0.85
    return {
      ...prompt,
      outputTokens: this.#scaled(shape.outputTokens, evenly?.output),
      startMs,
      ...(apiMs !== undefined && { apiMs }),
      ...(streamed && { ttftMs: Math.round(apiMs * valueAt(shape.ttftShare, this.#random())) }),
      thinkMs,
      model: this.#options.model,
      inputKinds: [index === 0 || !continues ? 'text' : 'tool_result'],
      outputKinds: continues ? ['text', 'tool_use'] : ['text'],
      stopReason: continues ? 'tool_use' : 'end_turn',
    }
  }

  #shapeOf({ level, turns }: Draft): AgentShape {
    const { shapes, turnScale } = this.#options
    const shape = level === 0 ? shapes.root : shapes.subagent
    const { byLength = [] } = shape
    // A scaled session is of the kind that it was drawn as.
    const ofLength = byLength.find(({ mostTurns }) => turns / turnScale <= mostTurns) ?? byLength.at(-1)
    return ofLength ? { ...shape, ...ofLength } : shape
  }

  #historyOf(shape: AgentShape, agentType: string | undefined): PromptHistory {
    const root = agentType === undefined
    const known = root ? undefined : this.#heads.get(agentType)
    const { scale, growthScale, compactionScale, blockSize, lengthOf, takeIds, startBlocks } = this.#options
    const history = new PromptHistory(this.#random, {
      ...{ shape, scale, growthScale, compactionScale, blockSize, takeIds },
      lengthOf: (drawnTokens) => lengthOf(root ? 'root' : 'subagent', drawnTokens),
      toolTokens: this.#scaledHead(shape.toolTokens),
      systemTokens: this.#scaledHead(shape.systemTokens),
      firstTokens: this.#scaled(shape.firstTokens),
      ...(known && { headBlocks: known }),
      ...(root && startBlocks && { startBlocks }),
    })
    if (!root && !known) this.#heads.set(agentType, history.headBlocks)
    return history
  }

  #subagentTurns(): number {
    const { shapes, turnScale } = this.#options
    return Math.max(1, Math.round(valueAt(shapes.subagent.turns, this.#random()) * turnScale))
  }

  #thinkScaled(ms: number): number {
    return Math.round(ms * this.#options.thinkScale)
  }

  /** Whole milliseconds. */
  #draw(distribution: Distribution, random = this.#random): number {
    return Math.round(valueAt(distribution, random()))
  }

  /** Some formats tell of no head. */
  #scaledHead(distribution: Distribution): number {
    return distribution.at(-1)![1] === 0 ? 0 : this.#scaled(distribution)
  }

  #scaled(distribution: Distribution, random = this.#random): number {
    return Math.max(1, Math.round(valueAt(distribution, random()) * this.#options.scale))
  }
}

function idOf(index: number): string {
  return `agent_${String(index).padStart(3, '0')}`
}

function parentOf({ parent, afterTurn, startMs }: Draft, endMs: number): { parent?: number; launch?: Launch } {
  if (parent === undefined) return {}
  return { parent, launch: { ...(afterTurn !== undefined && { afterTurn }), startMs, endMs } }
}
