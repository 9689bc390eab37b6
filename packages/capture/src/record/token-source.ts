/** Counts tokens of texts. */
export interface TokenSource {
  /** As a trace tells it. */
  readonly name: string
  /** They are the model's own, unless it fails to count some. */
  readonly isExact: boolean
  /** Of each text, without what a template adds. */
  tokensOf(texts: readonly string[]): Promise<CountedTexts>
}

export interface CountedTexts {
  readonly tokens: readonly Uint32Array[]
  /** They are the model's own. */
  readonly isExact: boolean
}
