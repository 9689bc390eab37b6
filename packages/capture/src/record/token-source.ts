/** Counts tokens of texts. */
export interface TokenSource {
  /** As a trace tells it. */
  readonly name: string
  /** They are the model's own. */
  readonly isExact: boolean
  /** Of each text, without what a template adds. */
  tokensOf(texts: readonly string[]): Promise<Uint32Array[]>
}
