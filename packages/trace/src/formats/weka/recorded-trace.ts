import type { BlockScope, Turn } from '../../corpus.ts'

/** A trace as its file tells it: parsed and delta-encoded, but with the times of its subagents not yet interpreted. */
export interface RecordedTrace {
  readonly id: string
  readonly models: readonly string[]
  readonly blockSize: number
  readonly blockScope: BlockScope
  /** How the file wrote its block ids; text has been numbered in order of appearance. Absent where it has no ids. */
  readonly idKind?: 'number' | 'text'
  /** Its recorder saw agents, not requests alone: it says what their prompts begin with, or what they add up to. */
  readonly knowsAgents: boolean
  readonly root: RecordedSession
}

export interface RecordedSession {
  readonly toolTokens: number
  readonly systemTokens: number
  /** Turns and subagents in the order of the file. */
  readonly entries: readonly RecordedEntry[]
}

export type RecordedEntry =
  | { readonly kind: 'turn'; readonly turn: RecordedTurn }
  | { readonly kind: 'subagent'; readonly subagent: RecordedSubagent }

/** `tMs` counts from wherever the file counts. */
export type RecordedTurn = Omit<Turn, 'startMs' | 'needs'> & { readonly tMs: number }

export interface RecordedSubagent {
  readonly tMs: number
  readonly durationMs?: number
  /** Launched without anybody waiting for it. */
  readonly async: boolean
  /** It was told apart from its parent's requests, so its times count as theirs and start and end with its own. */
  readonly isChain?: true
  readonly agentId?: string
  readonly agentType?: string
  readonly session: RecordedSession
}

/** The turns of a session, without those of its subagents. */
export function turnsOf(session: RecordedSession): RecordedTurn[] {
  return session.entries.flatMap((entry) => (entry.kind === 'turn' ? [entry.turn] : []))
}
