import type { Generation } from './generation.ts'

/**
 * What the server knows of one request that it admitted: the truth against which a client's clock can be checked.
 *
 * Instants are milliseconds of the server's clock. Modelled ones are the engine's: tokens exist at the end of the step
 * that made them. Written ones are just before the bytes went to the socket, later by the lateness of the event loop.
 * What did not happen is absent.
 */
export interface ServedRequest {
  /** As the client sees it in the reply. */
  readonly id: string
  /** Which of the choices of its prompt it is, from 0, where they are several. */
  readonly choice?: number
  readonly promptTokens: number
  /** Prompt tokens found in the prefix cache; absent where the client went away before the end. */
  readonly cachedTokens?: number
  /** Tokens generated, the end of sequence included. */
  readonly outputTokens: number
  /** Headers and first bytes of the request were read. */
  readonly receivedMs: number
  /** From here on the engine has it: when it began to come, or when the prompt was counted and keyed where that took long. */
  readonly queuedMs: number
  /** The prompt had been read, counted and keyed, which is work of this server and not of the engine. */
  readonly keyedMs: number
  /** Start of the first engine step that worked on it; absent where the client went away before the end. */
  readonly scheduledMs?: number
  readonly firstTokenMs?: number
  readonly lastTokenMs?: number
  readonly firstWriteMs?: number
  readonly lastWriteMs?: number
  /** Modelled instant of every token, where the server was asked to keep them. */
  readonly tokenMs?: readonly number[]
  /** Instant of the write that carried each token, where the server was asked to keep them. */
  readonly writeMs?: readonly number[]
  readonly finishReason?: 'length' | 'stop'
  /** The client went away before the end. */
  readonly aborted: boolean
}

/** The log entry of a generation that has ended, one way or the other. */
export function servedRequestOf(generation: Generation): ServedRequest {
  const { id, plan, generated, receivedMs, queuedMs, keyedMs, ended, tokenMs, writeMs } = generation
  const { firstTokenMs, lastTokenMs, firstWriteMs, lastWriteMs } = generation
  return {
    id,
    ...(plan.sibling && { choice: plan.sibling.index }),
    promptTokens: plan.prompt.promptTokens,
    outputTokens: generated,
    receivedMs,
    queuedMs,
    keyedMs,
    ...(ended && {
      cachedTokens: ended.cachedTokens,
      scheduledMs: ended.scheduledMs,
      finishReason: plan.reply.finishReason,
    }),
    ...(firstTokenMs !== undefined && { firstTokenMs }),
    ...(lastTokenMs !== undefined && { lastTokenMs }),
    ...(firstWriteMs !== undefined && { firstWriteMs }),
    ...(lastWriteMs !== undefined && { lastWriteMs }),
    ...(tokenMs && { tokenMs }),
    ...(writeMs && { writeMs }),
    aborted: ended === undefined,
  }
}
