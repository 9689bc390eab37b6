import { z } from 'zod'

/** A block of a message's content; which other fields it has depends on its type. */
const Block = z.looseObject({ type: z.string() })
const Content = z.union([z.string(), z.array(Block)])

const conversation = {
  model: z.string().min(1),
  messages: z.array(z.looseObject({ role: z.enum(['user', 'assistant', 'system']), content: Content })),
  system: Content.nullish(),
  tools: z.array(z.looseObject({ name: z.string() })).nullish(),
  tool_choice: z.looseObject({ type: z.string() }).nullish(),
}

/**
 * Body of `POST /v1/messages`. Fields not named here are kept and accepted.
 *
 * Source: Anthropic's Messages API, and `anthropic/protocol.py` of vLLM 0.33.0 for what vLLM adds to it.
 */
export const MessagesRequest = z.looseObject({
  ...conversation,
  max_tokens: z.int(),
  stream: z.boolean().nullish(),
  stop_sequences: z.array(z.string()).nullish(),
  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  top_k: z.int().nullish(),
  /** vLLM: requests of different salts never share cached blocks. */
  cache_salt: z.string().nullish(),
})
export type MessagesRequest = z.infer<typeof MessagesRequest>

/** Body of `POST /v1/messages/count_tokens`. */
export const CountTokensRequest = z.looseObject(conversation)
export type CountTokensRequest = z.infer<typeof CountTokensRequest>
