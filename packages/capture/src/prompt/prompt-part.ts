/** What a prompt is made of: the tools and instructions at its head, then messages. */
export interface PromptPart {
  readonly role: 'head' | 'user' | 'assistant' | 'tool'
  /** What its tokens are counted of, without what clients change from turn to turn and no model reads. */
  readonly text: string
  /** Of a prompt that was sent as numbers of tokens. */
  readonly tokens?: Uint32Array
  /** Ids of the tool calls whose results it holds. */
  readonly answers: readonly string[]
}

export interface Prompt {
  readonly parts: readonly PromptPart[]
  readonly model?: string
}
