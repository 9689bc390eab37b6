/**
 * Tokens that a chat template adds to the words of a conversation that opens with an optional system message and then takes turns,
 * user first and user last.
 */
export interface TemplateOverhead {
  /** Around a conversation without a system message: what stands at its head, the opening of the reply, a default system prompt. */
  readonly base: number
  /** Instead of `base`, where the conversation opens with a system message; that message's own is in it. */
  readonly baseWithSystem: number
  readonly user: number
  readonly assistant: number
}

/** A template that adds nothing. */
export const NO_OVERHEAD: TemplateOverhead = { base: 0, baseWithSystem: 0, user: 0, assistant: 0 }
