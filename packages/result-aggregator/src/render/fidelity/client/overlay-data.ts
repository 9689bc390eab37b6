import type { CurveChart } from '../../traces/client/curve-data.ts'

/** What the script of a page about fidelity is given. */
export interface FidelityPageData {
  readonly schema: 'fidelity-page/1'
  readonly names: readonly [a: string, b: string]
  /** In the order of their beginnings. */
  readonly sessions: readonly OverlaidSession[]
  readonly charts: readonly CurveChart[]
}

export interface OverlaidSession {
  readonly name: string
  readonly a: readonly OverlaidRequest[]
  readonly b: readonly OverlaidRequest[]
}

/** Instants in milliseconds, each side from its own beginning; -1 is what nobody saw. */
export type OverlaidRequest = readonly [
  turn: number,
  startMs: number,
  firstTokenMs: number,
  endMs: number,
  outcome: string,
]
