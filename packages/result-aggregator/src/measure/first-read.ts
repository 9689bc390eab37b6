import type { RequestRecord } from '@reprise/replay-engine'

/** How many tokens of a reply came at its first instant, and how that is known. */
export interface FirstRead {
  readonly tokens: number
  /** `told`: by the server; `chunks`: each held one token, or all came at once; `payload`: by their share of the text; `guess`: taken as one each. */
  readonly by: 'told' | 'chunks' | 'payload' | 'guess'
}

/**
 * What the first read of a reply brought. A server, or a gateway before it, may put many tokens into its first chunk, or many chunks
 * into one read: none of them shows a step from token to token.
 *
 * `tokens`: of the whole reply, of which at least one has come.
 */
export function firstReadOf(record: RequestRecord, tokens: number): FirstRead {
  const { firstTokenMs, lastTokenMs, tokensInFirstChunk, chunks = 1, chunksInFirstRead = 1 } = record
  if (lastTokenMs === undefined || lastTokenMs === firstTokenMs) return { tokens, by: 'chunks' }
  const told = chunksInFirstRead === 1 ? tokensInFirstChunk : record.tokensInFirstRead
  if (told !== undefined) return { tokens: Math.min(tokens, told), by: 'told' }
  const least = Math.min(tokens, Math.max(chunksInFirstRead, tokensInFirstChunk ?? 1))
  if (chunks === tokens) return { tokens: least, by: 'chunks' }
  const { bytesInFirstRead, payloadBytes } = record
  if (bytesInFirstRead === undefined || payloadBytes === undefined) return { tokens: least, by: 'guess' }
  // Each chunk that came later holds a token at least.
  const most = Math.max(least, tokens - (chunks - chunksInFirstRead))
  const share = Math.round((tokens * bytesInFirstRead) / payloadBytes)
  return { tokens: Math.min(most, Math.max(least, share)), by: 'payload' }
}
