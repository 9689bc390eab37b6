import type { Link } from './prompt-chains.ts'

/** A call of a model as a log tells it. */
export interface LoggedRequest {
  /** Unique in the log. */
  readonly id: string
  readonly session: string
  readonly parentSession?: string
  /** Sessions of one group are one trace. */
  readonly group?: string
  readonly agentType?: string
  /** Unix time; absent where the log has no times. */
  readonly startMs?: number
  readonly endMs?: number
  readonly ttftMs?: number
  readonly model: string
  /** Where its prompt ends. */
  readonly prompt: Link
  /** Of the whole prompt, as the server counted. */
  readonly inputTokens?: number
  /** As the server counted. */
  readonly outputTokens?: number
  /** To be counted where the server's count is missing. */
  readonly outputText?: string
  /** The server's count is of a part of the reply: what was there when the line was written. */
  readonly isOutputPart?: boolean
  /** The most that was asked for. */
  readonly maxTokens?: number
  readonly inputKinds: readonly string[]
  readonly outputKinds: readonly string[]
  readonly stopReason?: string
  /** The request that started the session of this one. */
  readonly launchedBy?: string
  /** Sessions whose results it holds. */
  readonly joins?: readonly string[]
}
