import type { RequestRecord } from '@reprise/replay-engine'

/** From sending to the first generated token of any kind: answer, reasoning or tool call. `undefined` when none came. */
export function timeToFirstToken({ sentMs, firstTokenMs }: RequestRecord): number | undefined {
  return span(sentMs, firstTokenMs)
}

/** From sending to the first token that is not reasoning. `undefined` for a reply that only reasons. */
export function timeToFirstAnswerToken({ sentMs, firstAnswerMs }: RequestRecord): number | undefined {
  return span(sentMs, firstAnswerMs)
}

/**
 * From the instant the plan wanted the request sent to its first token: what a user would have felt.
 *
 * Counting from `dueMs` keeps the client's own lateness inside the number (coordinated omission; see docs/glossary.md).
 */
export function timeToFirstTokenFromDue({ dueMs, firstTokenMs }: RequestRecord): number | undefined {
  return span(dueMs, firstTokenMs)
}

function span(fromMs: number | undefined, toMs: number | undefined): number | undefined {
  return fromMs === undefined || toMs === undefined ? undefined : toMs - fromMs
}
