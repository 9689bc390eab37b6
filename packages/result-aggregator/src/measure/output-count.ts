import type { RequestRecord } from '@reprise/replay-engine'

/** How many tokens a reply holds, and who says so. */
export interface OutputCount {
  readonly tokens: number
  readonly by: 'usage' | 'length' | 'chunks'
}

/**
 * Output tokens of a reply: the server's usage, else the length asked for where the server says it stopped at it and what came can be that many
 * (a token is a byte of text at least), else the chunks that bore tokens, and never more than were asked for. `undefined` when nothing is known.
 */
export function outputCount(record: RequestRecord): OutputCount | undefined {
  const { outputTokens, chunks, plannedOutputTokens, outcome } = record
  if (outputTokens !== undefined) return { tokens: outputTokens, by: 'usage' }
  if (chunks === undefined) return undefined
  if (outcome.kind === 'ok' && record.finishReason === 'length' && !isSurelyShort(record)) {
    return { tokens: plannedOutputTokens, by: 'length' }
  }
  return { tokens: Math.min(chunks, Math.max(1, plannedOutputTokens)), by: 'chunks' }
}

/** Whether a reply without usage holds less text than the tokens that were asked for could be. */
export function isSurelyShort(record: RequestRecord): boolean {
  const { outputTokens, chunks, payloadBytes, plannedOutputTokens } = record
  if (outputTokens !== undefined || chunks === undefined || payloadBytes === undefined) return false
  return Math.max(payloadBytes, chunks) < plannedOutputTokens
}

/** Chunks with text beyond the tokens of a reply: one step may say two things, such as where thinking ends and the answer begins. */
const CHUNKS_BEYOND = 1

/** Whether text came in more chunks than there are tokens, by usage or else at most: then either count is wrong. */
export function hasMoreChunks({ chunks = 0, outputTokens, plannedOutputTokens }: RequestRecord): boolean {
  return chunks > (outputTokens ?? plannedOutputTokens) + CHUNKS_BEYOND
}
