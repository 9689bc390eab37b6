import type { TokenCounts } from './client-reply.ts'

/** One request, as one seat saw it. */
export interface SeenRequest extends TokenCounts {
  readonly ttftMs: number
  /** Absent for replies of one token. */
  readonly tpotMs?: number
}

/** @param line instants of the first and the last token, and counts. */
export function seenFrom(
  fromMs: number,
  line: TokenCounts & { readonly firstTokenMs: number; readonly lastTokenMs: number },
): SeenRequest {
  const { firstTokenMs, lastTokenMs, inputTokens, outputTokens, cachedTokens } = line
  return {
    ...{ inputTokens, outputTokens, cachedTokens },
    ttftMs: firstTokenMs - fromMs,
    ...(outputTokens > 1 && { tpotMs: (lastTokenMs - firstTokenMs) / (outputTokens - 1) }),
  }
}
