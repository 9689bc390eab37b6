import { arrivalsOf } from '../plan/load.ts'
import type { Plan } from '../plan/plan.ts'
import type { RequestRecord } from '../record/request-record.ts'
import { parseAddress } from '../record/turn-address.ts'

/** How far a run had come when it broke off; `replay` goes on from there. */
export interface Progress {
  /** Time for which it was profiling. */
  readonly profiledMs: number
  /** By lane: its latest play on record, over or not. Absent where it had none. */
  readonly latestPlays: readonly (PlayedTurns | undefined)[]
  /** Plays before those whose blocks a later play may find in a cache: only where block ids are global. */
  readonly earlierPlays: readonly PlayedTurns[]
}

/** The turns of one play that are on record as ended, in the order in which they ended. */
export interface PlayedTurns {
  readonly lane: number
  readonly play: number
  readonly turns: readonly EndedTurn[]
}

export interface EndedTurn {
  readonly sessionIndex: number
  readonly turn: number
  /** When it left, or when a connection was sought for it. Absent: it did not fit the context and was not sent. */
  readonly sentMs?: number
  readonly endedMs: number
  readonly truncated: boolean
}

/** Learns from a run's records, told in the order in which they were written, how far it had come. Keeps the plays that matter. */
export class ProgressMeter {
  readonly #plan: Plan
  readonly #latest = new Map<number, { play: number; turns: Map<string, EndedTurn> }>()
  readonly #earlier: PlayedTurns[] = []

  constructor(plan: Plan) {
    this.#plan = plan
  }

  /** A cancelled request has not been played, and one that was repeated to warm a cache counts once. @throws RecordError */
  add({ id, connectStartMs, doneMs, outcome, ...record }: RequestRecord): void {
    if (outcome.kind === 'cancelled') return
    const { lane, play, sessionIndex, turn } = parseAddress(id)
    const turns = this.#turnsOf(lane, play)
    const key = `${sessionIndex}.${turn}`
    if (!turns || turns.has(key)) return
    const truncated = outcome.kind === 'truncated'
    const sentMs = connectStartMs ?? record.sentMs
    turns.set(key, { sessionIndex, turn, ...(sentMs !== undefined && { sentMs }), endedMs: doneMs, truncated })
  }

  result({ profiledMs }: { readonly profiledMs: number }): Progress {
    const latestPlays = Array.from({ length: arrivalsOf(this.#plan).slots }, (_, lane) => this.#played(lane))
    return { profiledMs, latestPlays, earlierPlays: this.#earlier }
  }

  /** Those of the lane's latest play, which this may be the first word of; undefined for an earlier play, which is over. */
  #turnsOf(lane: number, play: number): Map<string, EndedTurn> | undefined {
    const latest = this.#latest.get(lane)
    if (latest && latest.play >= play) return latest.play === play ? latest.turns : undefined
    if (latest && this.#plan.blockScope === 'global') this.#earlier.push(this.#played(lane)!)
    const turns = new Map<string, EndedTurn>()
    this.#latest.set(lane, { play, turns })
    return turns
  }

  #played(lane: number): PlayedTurns | undefined {
    const latest = this.#latest.get(lane)
    return latest && { lane, play: latest.play, turns: [...latest.turns.values()] }
  }
}
