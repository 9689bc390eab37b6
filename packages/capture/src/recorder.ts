import type { ExchangeReply, ExchangeRequest } from './exchange.ts'
import type { ToolEvent } from './tools/parse-tool-events.ts'

/**
 * Makes records of exchanges.
 *
 * It lives in the recording thread, off the forwarding path: what it takes long for delays records and no client. It is called one call at a
 * time, and never throws: what it cannot record it counts. Each exchange is begun once and ended once, whatever became of it.
 */
export interface Recorder {
  /** The request has come in whole, and its reply has not ended: time to hash it. The body is the recorder's to keep or to let go. */
  begin(request: ExchangeRequest): void
  end(id: string, reply: ExchangeReply): void
  /** A harness tells of its tools. */
  tools(events: readonly ToolEvent[]): void
  /** Resolves when every exchange that has ended is with the sink. */
  flush(): Promise<void>
  /** The same, and nothing more is recorded; exchanges that have not ended are ended before it is called. */
  close(): Promise<void>
  totals(): RecorderTotals
}

/** What was recorded so far. */
export interface RecorderTotals {
  readonly requests: number
  readonly sessions: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** Exchanges that have no record, by the reason, in words for the user. */
  readonly unrecorded: ReadonlyMap<string, number>
}

/** Where records go. */
export interface RecordSink {
  /** One record of the trace as JSON on one line, without a line end. */
  write(line: string): void
}

export interface RecorderOptions {
  /** Date of the origin of all instants. */
  readonly originUnixMs: number
  /** The endpoint, for what it can be asked (`/tokenize`). */
  readonly upstream: string
  readonly blockSize: number
  /** `session`: equal texts in two sessions have two hashes; `global`: one. */
  readonly hashScope: 'session' | 'global'
  /** A `tokenizer.json`; absent: the upstream's `/tokenize`, else an approximation. */
  readonly tokenizerFile?: string
  /** Given where the upstream is asked, and nowhere else. */
  readonly apiKey?: string
  /** Bodies are recorded too. */
  readonly payloads: boolean
}
