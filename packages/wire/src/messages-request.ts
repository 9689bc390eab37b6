import { z } from 'zod'

/** A part of a content: text, thinking, an image, a call of a tool or its result, whose own content is text or parts. */
const MessagesPart = z.looseObject({ type: z.string(), text: z.string().optional() })
const MessagesContent = z.union([z.string(), z.array(MessagesPart)])

/**
 * Body of `POST /v1/messages`. Fields not named here are kept and accepted.
 *
 * Source: Anthropic's Messages API, "Create a message".
 */
export const MessagesRequest = z.looseObject({
  model: z.string().nullish(),
  max_tokens: z.int().nullish(),
  stream: z.boolean().nullish(),
  system: MessagesContent.nullish(),
  messages: z.array(z.looseObject({ role: z.string(), content: MessagesContent.nullish() })),
  tools: z.array(z.looseObject({})).nullish(),
})
export type MessagesRequest = z.infer<typeof MessagesRequest>
