export { ChatStream, type StreamEvent } from './chat-stream.ts'
export { ChunkTemplate } from './chunk-template.ts'
export { cleanText } from './clean-text.ts'
export { ModelList, TokenizeReply } from './endpoint-replies.ts'
export {
  blamedField,
  classifyRefusal,
  classifyStreamError,
  parseServerError,
  type Refusal,
  type ServerError,
} from './error-class.ts'
export { type FullReply, parseFullReply } from './full-reply.ts'
export { parseJson } from './json-fields.ts'
export {
  ChatCompletionRequest,
  ChatMessage,
  CompletionPrompt,
  CompletionRequest,
  TokenizeRequest,
  textOf,
} from './openai-requests.ts'
export { parseRawReply, type RawReply } from './raw-reply.ts'
export type { ReplyText } from './reply-choice.ts'
export { IgnoredUsage, type ReplyUsage } from './reply-usage.ts'
export { type Recogniser, SseScanner } from './sse-scanner.ts'
