/** One request, as one seat saw it. Latencies are absent for replies of no token, or of one. */
export interface SeenRequest {
  readonly ttftMs?: number
  readonly tpotMs?: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cachedTokens: number
}

/** @param line instants of the first and the last token, and counts. */
export function seenFrom(
  fromMs: number,
  line: {
    readonly firstTokenMs?: number | undefined
    readonly lastTokenMs?: number | undefined
    readonly inputTokens: number
    readonly outputTokens: number
    readonly cachedTokens: number
  },
): SeenRequest {
  const { firstTokenMs, lastTokenMs, inputTokens, outputTokens, cachedTokens } = line
  return {
    ...{ inputTokens, outputTokens, cachedTokens },
    ...(firstTokenMs !== undefined && { ttftMs: firstTokenMs - fromMs }),
    ...(firstTokenMs !== undefined &&
      lastTokenMs !== undefined &&
      outputTokens > 1 && { tpotMs: (lastTokenMs - firstTokenMs) / (outputTokens - 1) }),
  }
}
