/** What a client saw of one request that ended well, in instants of its clock. */
export interface ClientReply extends TokenCounts {
  readonly dueMs: number
  readonly sentMs: number
  readonly firstTokenMs: number
  readonly lastTokenMs: number
  readonly doneMs: number
}

export interface TokenCounts {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cachedTokens: number
}
