import type { Trace } from '../corpus.ts'

/** A turn by its place. */
export interface TurnIndices {
  readonly trace: Trace
  readonly session: number
  readonly turn: number
}

/** Told of whatever a format cannot say. */
export type OnLoss = (kind: 'dropped' | 'invented' | 'changed', field: string, why: string) => void

/** The name of a session among those of all traces, of a format whose traces are named after their first session. */
export function sessionName(trace: Trace, session: number): string {
  const { id } = trace.sessions[session]!
  if (session === 0) return trace.id
  return trace.sessions[0]!.id === trace.id ? id : `${trace.id}/${id}`
}
