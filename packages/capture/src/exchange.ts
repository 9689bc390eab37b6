import type { ReplyText, TokenUsage, ToolCall } from '@reprise/wire'

/** What a request asks for, by its path; `other` is passed on and counted, and comes to no recorder. */
export type RouteForm = 'chat' | 'completions' | 'responses' | 'messages' | 'other'

/**
 * How an exchange ended: as it should; the client left; the client left, or the proxy was closed, after a long silence of the upstream
 * (`stalled`); the upstream was not there, broke off, or sent what is no HTTP; the proxy was closed first.
 */
export type ExchangeEnd = 'complete' | 'client-gone' | 'upstream-died' | 'stalled' | 'proxy-closed'

/** A request that has come in whole. Instants are milliseconds since the capture's origin, on one monotonic clock. */
export interface ExchangeRequest {
  /** Of this exchange alone, in this and in every other capture. */
  readonly id: string
  readonly form: Exclude<RouteForm, 'other'>
  /** The headers that may say who asks, and no others: names in lower case, values as they came and so hostile; see `identityHeaders`. */
  readonly identity: ReadonlyMap<string, string>
  /** Its head had come. */
  readonly receivedMs: number
  /** The whole body, without a content coding; of a client that left early what had come. It may be no JSON. */
  readonly body: Buffer
}

/** What became of an exchange; absent is what did not happen or was not told. */
export interface ExchangeReply {
  /** The last byte of the request had been handed to the upstream's connection. */
  readonly forwardedMs?: number
  /** The head of the reply had come. */
  readonly firstByteMs?: number
  /** Generated text of any kind; of a reply that came in one piece, when that had come. */
  readonly firstTokenMs?: number
  readonly lastTokenMs?: number
  /** Nothing more was to come. */
  readonly doneMs: number
  /** Of the upstream; absent where it never answered, whatever the client was told. */
  readonly status?: number
  /** As the upstream counts. */
  readonly usage?: TokenUsage
  /** In the words of chat completions. */
  readonly finishReason?: string
  /** In order; those that name themselves. */
  readonly toolCalls: readonly ToolCall[]
  /** What was generated. It is for hashing: it reaches no disk unless payloads are asked for. */
  readonly text: Pick<ReplyText, 'answer' | 'reasoning' | 'tool'>
  /** Chunks with generated text. */
  readonly chunks: number
  readonly end: ExchangeEnd
}
