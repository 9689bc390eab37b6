import type { RequestRecord } from '@reprise/replay-engine'

/** How many tokens a reply holds, and who says so. */
export interface OutputCount {
  readonly tokens: number
  readonly by: 'usage' | 'length' | 'chunks'
}

/**
 * Output tokens of a reply: the server's usage, else the length asked for where the server says it stopped at it,
 * else the chunks that bore tokens (at least one each, so never too many). `undefined` when nothing is known.
 */
export function outputCount(record: RequestRecord): OutputCount | undefined {
  if (record.outputTokens !== undefined) return { tokens: record.outputTokens, by: 'usage' }
  if (record.outcome.kind === 'ok' && record.finishReason === 'length') {
    return { tokens: record.plannedOutputTokens, by: 'length' }
  }
  return record.chunks === undefined ? undefined : { tokens: record.chunks, by: 'chunks' }
}

/** Tokens in the first chunk: as told, else one. Never more than the reply has. */
export function firstChunkTokens(record: RequestRecord, tokens: number): number {
  return Math.min(tokens, record.tokensInFirstChunk ?? 1)
}

/** Whether the first chunk may hold more tokens than the one it is taken for. As many chunks as tokens leave no doubt. */
export function firstChunkUnknown(
  { firstTokenMs, tokensInFirstChunk, chunks }: RequestRecord,
  tokens: number,
): boolean {
  return firstTokenMs !== undefined && tokensInFirstChunk === undefined && chunks !== tokens
}
