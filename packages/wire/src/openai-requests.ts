import { z } from 'zod'

const StreamOptions = z.looseObject({
  /** One more chunk before `[DONE]`, with empty `choices` and the usage of the whole reply. */
  include_usage: z.boolean().nullish(),
  /** Usage so far on every chunk; needs `include_usage`. */
  continuous_usage_stats: z.boolean().nullish(),
})

const TextPart = z.looseObject({ type: z.string(), text: z.string().optional() })

/** A message as clients send it: `content` is text, a list of parts, or absent where there are only tool calls. */
export const ChatMessage = z.looseObject({
  role: z.string(),
  content: z.union([z.string(), z.array(TextPart)]).nullish(),
  tool_calls: z.array(z.looseObject({})).nullish(),
})
export type ChatMessage = z.infer<typeof ChatMessage>

/** Any integer of 64 bits: larger ones than a number tells apart come rounded. */
const seed = z
  .number()
  .refine((value) => Number.isInteger(value) && Math.abs(value) <= 2 ** 63, 'Invalid input: expected int')

/**
 * What both completion routes understand about sampling and length. Ranges are left to the server's own checks,
 * because each server words those errors in its own way.
 */
const sampling = {
  model: z.string().nullish(),
  stream: z.boolean().nullish(),
  stream_options: StreamOptions.nullish(),
  max_tokens: z.int().nullish(),
  /** vLLM and SGLang: no end-of-sequence before so many tokens. */
  min_tokens: z.int().nullish(),
  /** vLLM and SGLang: generation goes on past the end-of-sequence token. */
  ignore_eos: z.boolean().nullish(),
  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  top_k: z.int().nullish(),
  repetition_penalty: z.number().nullish(),
  seed: seed.nullish(),
  n: z.int().nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  stop_token_ids: z.array(z.int()).nullish(),
  user: z.string().nullish(),
  /** vLLM: requests of different salts never share cached blocks. */
  cache_salt: z.string().nullish(),
  priority: z.int().nullish(),
  return_token_ids: z.boolean().nullish(),
}

/** What both of OpenAI's older routes understand beside that. */
const completing = {
  ...sampling,
  /** vLLM: so many of the likeliest tokens beside each token of the prompt. */
  prompt_logprobs: z.union([z.int(), z.boolean().transform(Number)]).nullish(),
  /** vLLM: tokens of a stream that are sent together, where the server does not send more together. */
  stream_interval: z.int().min(1).nullish(),
  /** vLLM: the name of the request, where no header gives it one. */
  request_id: z.string().nullish(),
}

/** Body of `POST /v1/chat/completions`. Fields not named here are kept and accepted. */
export const ChatCompletionRequest = z.looseObject({
  ...completing,
  messages: z.array(ChatMessage),
  /** Definitions of what the model may call; they are part of the prompt. */
  tools: z.array(z.looseObject({})).nullish(),
  /** How likely each token was, and so many of the likeliest beside it. */
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().nullish(),
  /** vLLM: the last message comes before the reply, where it is the assistant's. */
  echo: z.boolean().nullish(),
  /** Whether the chat template opens the assistant's turn; on unless said otherwise. */
  add_generation_prompt: z.boolean().nullish(),
  /** Wins over `max_tokens` where both are given. */
  max_completion_tokens: z.int().nullish(),
})
export type ChatCompletionRequest = z.infer<typeof ChatCompletionRequest>

/** A prompt of `/v1/completions`: text or token ids, one or several. */
export const CompletionPrompt = z.union([
  z.string(),
  z.array(z.string()).min(1),
  z.array(z.int().nonnegative()),
  z.array(z.array(z.int().nonnegative())).min(1),
])
export type CompletionPrompt = z.infer<typeof CompletionPrompt>

/** Body of `POST /v1/completions`. */
export const CompletionRequest = z.looseObject({
  ...completing,
  prompt: CompletionPrompt,
  /** The prompt comes before the reply. */
  echo: z.boolean().nullish(),
  /** How likely each token was, and so many of the likeliest beside it. */
  logprobs: z.union([z.int(), z.boolean().transform(Number)]).nullish(),
})
export type CompletionRequest = z.infer<typeof CompletionRequest>

/** What a conversation of `/v1/responses` is made of: a message, or what a tool was asked and answered. */
const ResponsesItem = z.looseObject({
  type: z.string().nullish(),
  role: z.string().optional(),
  content: z.union([z.string(), z.array(TextPart)]).nullish(),
})

/** Body of `POST /v1/responses`. Fields not named here are kept and accepted. */
export const ResponsesRequest = z.looseObject({
  ...sampling,
  input: z.union([z.string(), z.array(ResponsesItem)]),
  instructions: z.string().nullish(),
  max_output_tokens: z.int().nullish(),
  previous_response_id: z.string().nullish(),
  background: z.boolean().nullish(),
})
export type ResponsesRequest = z.infer<typeof ResponsesRequest>

/** Body of vLLM's and SGLang's `POST /tokenize`: a prompt, or messages to which the chat template is applied. */
export const TokenizeRequest = z.union([
  z.looseObject({
    model: z.string().nullish(),
    messages: z.array(ChatMessage),
    tools: z.array(z.looseObject({})).nullish(),
    /** The template's opening of the assistant's turn; on unless said otherwise. */
    add_generation_prompt: z.boolean().nullish(),
    add_special_tokens: z.boolean().nullish(),
    return_token_strs: z.boolean().nullish(),
  }),
  z.looseObject({
    model: z.string().nullish(),
    prompt: z.string(),
    /** Tokens such as BOS at the head; on unless said otherwise. */
    add_special_tokens: z.boolean().nullish(),
    return_token_strs: z.boolean().nullish(),
  }),
])
export type TokenizeRequest = z.infer<typeof TokenizeRequest>

/**
 * The text of a message's content: parts that are text, joined without a seam; empty where it has none.
 */
export function textOf(content: ChatMessage['content']): string {
  if (typeof content === 'string') return content
  return (content ?? []).map((part) => part.text ?? '').join('')
}
