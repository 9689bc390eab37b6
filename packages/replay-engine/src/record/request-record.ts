import { FailureClass, IgnoredUsage } from '@reprise/wire'
import { z } from 'zod'

/** The phase in which a request was sent. */
export const Phase = z.enum(['warmup', 'profiling', 'drain'])
export type Phase = z.infer<typeof Phase>

const RecordedOutcome = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ok') }),
  z.strictObject({
    kind: z.literal('failed'),
    class: FailureClass,
    status: z.int().optional(),
    message: z.string(),
  }),
  z.strictObject({ kind: z.literal('truncated'), status: z.int().optional(), message: z.string() }),
  z.strictObject({ kind: z.literal('cancelled') }),
])

/**
 * What happened to one planned request: a line of `records.jsonl`.
 *
 * Instants are milliseconds since the run's origin. What did not happen is absent, never 0 or null.
 */
export const RequestRecord = z.strictObject({
  /** `lane.play.session.turn`, and `+n` where warm-up sends the turn once more; unique together with `attempt`. */
  id: z.string(),
  lane: z.int().nonnegative(),
  play: z.int().nonnegative(),
  trace: z.string(),
  session: z.string(),
  turn: z.int().nonnegative(),
  /** Number of the run's start that sent it: 1, and one more with every resume. */
  attempt: z.int().positive(),
  phase: Phase,
  /** When the plan wanted it sent. */
  dueMs: z.number(),
  /** When its recorded time wanted it sent: only of a load that goes by recorded times. What lies between this and `dueMs` was spent waiting for other replies. */
  targetMs: z.number().optional(),
  /** How much earlier it was due than its delays say, since a cap on idle time cut them. Absent: not at all. */
  idleCutMs: z.number().positive().optional(),
  /**
   * When a connection began to be opened for it; absent where it went out on one that stood. Of a request that was resent: when it was
   * first written, to the connection that turned out to be dead.
   */
  connectStartMs: z.number().optional(),
  /** When its first byte was handed to a connection that stands and is secured. */
  sentMs: z.number().optional(),
  headersMs: z.number().optional(),
  /** First generated token of any kind: answer, reasoning or tool call. */
  firstTokenMs: z.number().optional(),
  /** First token that is not reasoning. */
  firstAnswerMs: z.number().optional(),
  lastTokenMs: z.number().optional(),
  doneMs: z.number(),
  /** When something first came after the read that brought the first token; absent where nothing did. */
  secondReadMs: z.number().optional(),
  tokensInFirstChunk: z.int().positive().optional(),
  /** Chunks that came at `firstTokenMs`, where they were several: one read of the connection brought them. */
  chunksInFirstRead: z.int().min(2).optional(),
  /** Tokens of those several, where the server tells those of each. */
  tokensInFirstRead: z.int().positive().optional(),
  /** Generated text in UTF-8, as far as it came at `firstTokenMs`, and all of it; absent where the target has no text. */
  bytesInFirstRead: z.int().positive().optional(),
  payloadBytes: z.int().positive().optional(),
  /** Chunk arrivals as differences, the first from `firstTokenMs`; kept where the run was asked to. */
  chunkGapsMs: z.array(z.number()).optional(),
  /** Output tokens that had come when measuring ended; only of a target that tells many tokens together, whenever they came. */
  tokensAtClose: z.strictObject({ atMs: z.number(), tokens: z.int().positive() }).optional(),
  /** Token-bearing chunks received; absent when none came. */
  chunks: z.int().positive().optional(),
  /** Reads of the connection, told apart by their instants, that brought the chunks; absent where each brought one. */
  reads: z.int().positive().optional(),
  plannedInputTokens: z.int().nonnegative(),
  plannedOutputTokens: z.int().nonnegative(),
  /** As the server's usage reports them; absent also where what it reports cannot be. */
  inputTokens: z.int().nonnegative().optional(),
  outputTokens: z.int().nonnegative().optional(),
  cachedTokens: z.int().nonnegative().optional(),
  /** Of the cached ones, those that came from the memory of the server's host, and from its disk; absent where none did, or where it does not tell. */
  hostTokens: z.int().positive().optional(),
  diskTokens: z.int().positive().optional(),
  /** Prompt tokens that were computed though the cache had had them, which had evicted them; absent where none were, or where the server does not tell. */
  recomputedTokens: z.int().positive().optional(),
  /** Why counts that the server told were left out; absent where none was. */
  ignoredUsage: z.array(IgnoredUsage).min(1).optional(),
  /** Prompt tokens that an infinite cache would have held when this was sent. */
  idealHitTokens: z.int().nonnegative(),
  finishReason: z.string().optional(),
  /** The connection died before a byte moved, and the request was sent once more. */
  resent: z.literal(true).optional(),
  outcome: RecordedOutcome,
})
export type RequestRecord = z.infer<typeof RequestRecord>
