export {
  ChatCompletionRequest,
  ChatMessage,
  CompletionPrompt,
  CompletionRequest,
  TokenizeRequest,
  textOf,
} from './openai-requests.ts'
