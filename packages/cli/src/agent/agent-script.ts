import { WORDS } from '@reprise/replay-engine/endpoint'
import { randomFor, wholeBetween } from '@reprise/trace'

/** All that an agent will do: what it says in each turn, and what it does before the next. */
export interface AgentScript {
  /** Of its session. */
  readonly name: string
  readonly system: string
  readonly task: string
  readonly turns: readonly AgentTurn[]
}

export interface AgentTurn {
  /** The longest reply. */
  readonly maxTokens: number
  /** Before the next turn; absent after the last one. */
  readonly then?: ToolUse | Delegation
}

/** A tool takes so long, and gives this. */
export interface ToolUse {
  readonly tool: string
  readonly waitMs: number
  readonly result: string
}

/** Others are given a task each, all at once, and are waited for. */
export interface Delegation {
  readonly agents: readonly AgentScript[]
}

/**
 * What so many agents do, each with two subagents, one of which has a subagent of its own: 12 requests in 4 sessions each.
 *
 * Everything is drawn from the seed and nothing depends on what a model says, so that two runs differ by the replies alone.
 */
export function agentScripts({ seed, agents }: { readonly seed: number; readonly agents: number }): AgentScript[] {
  return Array.from({ length: agents }, (_, index) => scriptOf(`agent-${seed}-${index + 1}`, seed, 0))
}

/** How requests and sessions of scripts are counted. */
export function sizeOf(scripts: readonly AgentScript[]): { requests: number; sessions: number } {
  const size = { requests: 0, sessions: 0 }
  for (const { turns } of scripts) {
    size.sessions += 1
    size.requests += turns.length
    for (const { then } of turns) {
      if (!then || !('agents' in then)) continue
      const below = sizeOf(then.agents)
      size.sessions += below.sessions
      size.requests += below.requests
    }
  }
  return size
}

const deepest = 2

function scriptOf(name: string, seed: number, depth: number): AgentScript {
  const random = randomFor(seed, name)
  const draw = (min: number, max: number) => wholeBetween(random, min, max)
  const words = (count: number) => Array.from({ length: count }, () => WORDS[draw(0, WORDS.length - 1)]!).join(' ')
  const turn = (then?: AgentTurn['then']): AgentTurn => ({ maxTokens: draw(8, 40), ...(then && { then }) })
  const use = (): ToolUse => {
    const tool = ['list', 'read', 'search', 'test'][draw(0, 3)]!
    return { tool, waitMs: draw(20, 100), result: words(draw(40, 400)) }
  }
  const below = (count: number): Delegation => ({
    agents: Array.from({ length: count }, (_, index) => scriptOf(`${name}.${index + 1}`, seed, depth + 1)),
  })
  // Of two subagents the first has one of its own.
  const isFirst = name.endsWith('1')
  const turns =
    depth === 0
      ? [turn(use()), turn(below(2)), turn(use()), turn()]
      : depth < deepest
        ? [turn(use()), turn(isFirst ? below(1) : use()), turn()]
        : [turn(use()), turn()]
  return {
    name,
    system: systemOf(seed, depth === 0 ? 'agent' : 'subagent'),
    task: `Task: ${words(draw(30, 80))}`,
    turns,
  }
}

/** All agents of a kind have the same. */
function systemOf(seed: number, kind: string): string {
  const random = randomFor(seed, kind)
  const words = Array.from({ length: 600 }, () => WORDS[wholeBetween(random, 0, WORDS.length - 1)]!)
  return `You are an ${kind}. Tools: list, read, search, test. ${words.join(' ')}`
}
