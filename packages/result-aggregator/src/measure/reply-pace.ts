import type { RequestRecord } from '@reprise/replay-engine'
import { firstReadOf } from './first-read.ts'
import { outputCount } from './output-count.ts'

/** What a reply shows of the time from token to token. */
export type ReplyPace =
  /** `steps` tokens, of `tokens` in all, came one after the other in the `elapsedMs` after the first instant. */
  | { readonly kind: 'seen'; readonly elapsedMs: number; readonly steps: number; readonly tokens: number }
  /** Of two tokens or more nearly all came at one instant. */
  | { readonly kind: 'unseen' }
  /** Tokens were generated that were not shown, nobody knows when. */
  | { readonly kind: 'hidden' }
  /** One token or none. */
  | { readonly kind: 'none' }

/**
 * A pace is that of a reply when at least one token in ten came after the first instant: of fewer, one late chunk decides. Where the server
 * tells what came first, which may hold tokens that it had kept back, ten steps are enough.
 */
const LEAST_SHARE = 0.1
const LEAST_TOLD_STEPS = 10

/**
 * Faster is no server's pace but a buffer's: 20,000 tokens per second for one user, more than the fastest that is sold.
 *
 * Source: Taalas HC1, 17,000 tokens/s per user (2026).
 */
const LEAST_MS_PER_TOKEN = 0.05

/** The pace of a reply, whatever its end; it is never 0 or infinite. */
export function replyPace(record: RequestRecord): ReplyPace {
  const { firstTokenMs, lastTokenMs } = record
  const tokens = outputCount(record)?.tokens ?? 0
  if (tokens < 1) return { kind: 'none' }
  if (firstTokenMs === undefined || lastTokenMs === undefined) return { kind: 'hidden' }
  const first = firstReadOf(record, tokens)
  const steps = tokens - first.tokens
  if (restIsHidden(record, steps)) return { kind: 'hidden' }
  if (tokens < 2) return { kind: 'none' }
  const elapsedMs = lastTokenMs - firstTokenMs
  const isTold = first.by === 'told' && steps >= LEAST_TOLD_STEPS
  const isSeen = isTold
    ? elapsedMs >= LEAST_MS_PER_TOKEN * steps
    : steps >= 1 && steps >= LEAST_SHARE * tokens && elapsedMs >= LEAST_MS_PER_TOKEN * (tokens - 1)
  return isSeen ? { kind: 'seen', elapsedMs, steps, tokens } : { kind: 'unseen' }
}

/** Tokens that the server generated for a reply and did not show, as far as that is certain: a token is a byte of text at least. */
export function keptBack(record: RequestRecord): 'all' | 'some' | undefined {
  const { outcome, chunks, outputTokens = 0, payloadBytes } = record
  if (outcome.kind !== 'ok' || outputTokens === 0) return undefined
  if (chunks === undefined) return 'all'
  return payloadBytes !== undefined && payloadBytes < outputTokens && chunks < outputTokens ? 'some' : undefined
}

/** Whether what came after the first read is too little text, in too few chunks, for so many tokens. */
function restIsHidden(
  { payloadBytes, bytesInFirstRead = 0, chunks = 0, chunksInFirstRead = 1 }: RequestRecord,
  steps: number,
) {
  return payloadBytes !== undefined && payloadBytes - bytesInFirstRead < steps && chunks - chunksInFirstRead < steps
}
