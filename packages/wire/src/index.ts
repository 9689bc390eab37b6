export { CountTokensRequest, MessagesRequest } from './anthropic-requests.ts'
export { ChatStream } from './chat-stream.ts'
export { ChunkTemplate } from './chunk-template.ts'
export { ModelList, TokenizeReply } from './endpoint-replies.ts'
export { blamedField, parseServerError } from './error-class.ts'
export { FailureClass } from './failure-class.ts'
export { isObject, type JsonObject, listAt, parseJson, textAt } from './json-fields.ts'
export type { Observer, PayloadKind } from './observe/observer.ts'
export type { Outcome } from './observe/outcome.ts'
export { type ObservedReply, ReplyObservation } from './observe/reply-observation.ts'
export { ReplyReader } from './observe/reply-reader.ts'
export {
  ChatCompletionRequest,
  ChatMessage,
  CompletionRequest,
  ResponsesRequest,
  TokenizeRequest,
  textOf,
} from './openai-requests.ts'
export type { ReplyText, ToolCall } from './reply-choice.ts'
export { IgnoredUsage, type TokenUsage } from './token-usage.ts'
