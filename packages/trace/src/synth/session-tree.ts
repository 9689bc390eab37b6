import type { Launch, Turn } from '../corpus.ts'
import type { UnlinkedSession } from '../link-sessions.ts'
import { agentShapes, groupSizes, streamedShare } from './agent-shapes.ts'
import { type Distribution, valueAt } from './distribution.ts'
import { PromptHistory } from './prompt-history.ts'
import { type Random, wholeBetween } from './random.ts'

export interface TreeOptions {
  readonly scale: number
  readonly turnScale: number
  readonly blockSize: number
  readonly model: string
  /** Position among the traces with subagents, which decides their kinds; negative: none. */
  readonly subagents: number
}

type Unlinked = Omit<Turn, 'needs'>

interface Draft {
  readonly parent?: number
  readonly afterTurn?: number
  readonly startMs: number
  readonly turns: number
}

const agentTypes = ['Explore', 'general-purpose', 'Plan'] as const

/** Makes up the sessions of one trace; used once. */
export class SessionTree {
  readonly #random: Random
  readonly #options: TreeOptions
  readonly #sessions: UnlinkedSession[] = []
  /** Ids of tools and system prompt, which subagents of one type share. */
  readonly #heads = new Map<string, Uint32Array>()
  #nextId = 1
  #nestedLeft: boolean

  constructor(random: Random, options: TreeOptions) {
    this.#random = random
    this.#options = options
    this.#nestedLeft = options.subagents >= 0 && options.subagents % 3 === 1
  }

  /** The root first, with `turns` turns, then its subagents, each parent before its children. */
  sessionsOf(turns: number): readonly UnlinkedSession[] {
    this.#addSession({ startMs: 0, turns })
    return this.#sessions
  }

  /** Adds the session and all it starts; returns when its last turn ended. */
  #addSession(draft: Draft): number {
    const index = this.#sessions.length
    const agentType = index === 0 ? undefined : agentTypes[Math.floor(this.#random() ** 3 * agentTypes.length)]!
    const history = this.#historyOf(agentType)
    const turns: Unlinked[] = []
    const slot = { toolTokens: history.toolTokens, systemTokens: history.systemTokens, turns }
    this.#sessions.push({ id: 'root', ...slot })
    const launchTurns = this.#launchTurns(index, draft)
    let startMs = draft.startMs
    let endMs = startMs
    for (let turn = 0; turn < draft.turns; turn += 1) {
      turns.push(this.#turnAt(startMs, turn === 0 ? 0 : startMs - endMs, turns.length, history))
      endMs = startMs + (turns[turn]?.apiMs ?? 0)
      const joinedMs = launchTurns.includes(turn)
        ? this.#addGroup(index, turn, endMs, launchTurns[0] === turn)
        : undefined
      startMs =
        joinedMs === undefined ? endMs + this.#draw(agentShapes.thinkMs) : joinedMs + this.#draw(agentShapes.resumeMs)
    }
    if (index > 0)
      this.#sessions[index] = { id: idOf(index), ...parentOf(draft, endMs), agentType: agentType!, ...slot }
    return endMs
  }

  /** Starts subagents after a turn; returns when the last that is waited for ended. */
  #addGroup(parent: number, afterTurn: number, endMs: number, first: boolean): number | undefined {
    const startMs = endMs + this.#draw(agentShapes.launchMs)
    const launch = { parent, afterTurn, startMs }
    const ends: number[] = []
    const count = Math.round(valueAt(groupSizes, this.#random()))
    for (let agent = 0; agent < count; agent += 1) {
      ends.push(this.#addSession({ ...launch, turns: this.#subagentTurns() }))
    }
    if (parent === 0 && first && this.#options.subagents % 3 === 0) this.#addAsync(launch)
    return Math.max(...ends)
  }

  #addAsync(launch: { parent: number; afterTurn: number; startMs: number }): void {
    const index = this.#sessions.length
    this.#addSession({ ...launch, turns: this.#subagentTurns() })
    const { parent, afterTurn, startMs } = launch
    this.#sessions[index] = { ...this.#sessions[index]!, parent, launch: { afterTurn, startMs } }
  }

  /** After which turns a session starts subagents. Never its last: an agent looks at what its subagents found. */
  #launchTurns(index: number, draft: Draft): number[] {
    const choices = draft.turns - 1
    if (this.#options.subagents < 0 || choices < 1) return []
    if (index > 0 && !this.#nestedLeft) return []
    const groups = index > 0 ? 1 : Math.min(choices, 1 + Math.floor(draft.turns / 40))
    if (index > 0) this.#nestedLeft = false
    const drawn = Array.from({ length: groups }, () => wholeBetween(this.#random, 0, choices - 1))
    return [...new Set(drawn)].sort((a, b) => a - b)
  }

  #turnAt(startMs: number, thinkMs: number, index: number, history: PromptHistory): Unlinked {
    const apiMs = this.#draw(agentShapes.apiMs)
    const streamed = this.#random() < streamedShare
    const prompt = history.next()
    const continues = this.#random() < 0.85
    return {
      ...prompt,
      outputTokens: this.#scaled(agentShapes.outputTokens),
      startMs,
      apiMs,
      ...(streamed && { ttftMs: Math.round(apiMs * valueAt(agentShapes.ttftShare, this.#random())) }),
      thinkMs,
      model: this.#options.model,
      inputKinds: [index === 0 || !continues ? 'text' : 'tool_result'],
      outputKinds: continues ? ['text', 'tool_use'] : ['text'],
      stopReason: continues ? 'tool_use' : 'end_turn',
    }
  }

  #historyOf(agentType: string | undefined): PromptHistory {
    const root = agentType === undefined
    const known = root ? undefined : this.#heads.get(agentType)
    const history = new PromptHistory(this.#random, {
      scale: this.#options.scale,
      blockSize: this.#options.blockSize,
      toolTokens: this.#scaled(root ? agentShapes.toolTokens : agentShapes.subagentToolTokens),
      systemTokens: this.#scaled(root ? agentShapes.systemTokens : agentShapes.subagentSystemTokens),
      firstTokens: this.#scaled(root ? agentShapes.firstTokens : agentShapes.taskTokens),
      ...(known && { headBlocks: known }),
      takeIds: (count) => this.#takeIds(count),
    })
    if (!root && !known) this.#heads.set(agentType, history.headBlocks)
    return history
  }

  #takeIds(count: number): Uint32Array {
    const first = this.#nextId
    this.#nextId += count
    return Uint32Array.from({ length: count }, (_, offset) => first + offset)
  }

  #subagentTurns(): number {
    return Math.max(1, Math.round(valueAt(agentShapes.subagentTurns, this.#random()) * this.#options.turnScale))
  }

  /** Whole milliseconds. */
  #draw(distribution: Distribution): number {
    return Math.round(valueAt(distribution, this.#random()))
  }

  #scaled(distribution: Distribution): number {
    return Math.max(1, Math.round(valueAt(distribution, this.#random()) * this.#options.scale))
  }
}

function idOf(index: number): string {
  return `agent_${String(index).padStart(3, '0')}`
}

function parentOf({ parent, afterTurn, startMs }: Draft, endMs: number): { parent?: number; launch?: Launch } {
  if (parent === undefined) return {}
  return { parent, launch: { ...(afterTurn !== undefined && { afterTurn }), startMs, endMs } }
}
