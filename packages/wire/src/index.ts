export { ChatStream, type StreamEvent } from './chat-stream.ts'
export { ChunkTemplate } from './chunk-template.ts'
export { ModelList, TokenizeReply } from './endpoint-replies.ts'
export {
  blamedField,
  classifyRefusal,
  classifyStreamError,
  parseServerError,
  type Refusal,
  type ServerError,
} from './error-class.ts'
export { FailureClass } from './failure-class.ts'
export { type FullReply, parseFullReply } from './full-reply.ts'
export { parseJson } from './json-fields.ts'
export type { Observer, PayloadKind } from './observe/observer.ts'
export type { Outcome } from './observe/outcome.ts'
export { type ObservedReply, ReplyObservation } from './observe/reply-observation.ts'
export { ReplyReader } from './observe/reply-reader.ts'
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
export { type Recogniser, SseScanner } from './sse-scanner.ts'
export { IgnoredUsage, type TokenUsage } from './token-usage.ts'
