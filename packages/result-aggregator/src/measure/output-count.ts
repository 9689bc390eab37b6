import type { RequestRecord } from '@reprise/replay-engine'

/** How many tokens a reply holds, and who says so. */
export interface OutputCount {
  readonly tokens: number
  readonly by: 'usage' | 'length' | 'chunks'
}

/**
 * Output tokens of a reply: the server's usage, else the length asked for where something came and the server says it stopped at it,
 * else the chunks that bore tokens (at least one each, so never too many). `undefined` when nothing is known.
 */
export function outputCount(record: RequestRecord): OutputCount | undefined {
  if (record.outputTokens !== undefined) return { tokens: record.outputTokens, by: 'usage' }
  if (record.chunks === undefined) return undefined
  if (record.outcome.kind === 'ok' && record.finishReason === 'length') {
    return { tokens: record.plannedOutputTokens, by: 'length' }
  }
  return { tokens: record.chunks, by: 'chunks' }
}
