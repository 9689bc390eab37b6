import type { RequestRecord } from '@reprise/replay-engine'
import { quantile } from '@reprise/trace/quantile'
import type { ServedInstants } from './served-instants.ts'

/** Percentiles over `n` values; absent where there are none. */
export interface Spread {
  readonly n: number
  readonly p50: number
  readonly p99: number
  readonly min: number
  readonly max: number
}

export interface InstantErrors {
  /** Token-bearing chunks that came in the window. */
  readonly chunks: number
  /** The client's instant of each first token, less the server's of writing it: by so much TTFT is too long. */
  readonly ttftErrorMs?: Spread
  /** The client's instant of each chunk, less the server's of writing it. */
  readonly chunkErrorMs?: Spread
  /** The client's time between neighbouring chunks, less the server's between writing them; either sign. */
  readonly gapErrorMs?: Spread
  /** From the client's sending instant to the server's reading of the request. TTFT contains it, as it contains a server's queue. */
  readonly sendDelayMs?: Spread
  /** From the instant at which the engine had a token to the server's write of it: the server's own lateness, in no error. */
  readonly serverDelayMs?: Spread
  /** Requests of the window that ended well and whose chunks could not be laid beside the server's, one by one. */
  readonly unmatched: number
}

/**
 * The client's instants beside the server's. Both clocks are laid on the machine's monotonic one.
 *
 * First tokens, and chunks, count by the client's instant, where it lies in the window.
 */
export function compareInstants(options: {
  readonly records: readonly RequestRecord[]
  readonly served: ReadonlyMap<string, ServedInstants>
  /** What is added to an instant of the server to make it one of the client. */
  readonly offsetMs: number
  readonly window: { readonly startMs: number; readonly endMs: number }
}): InstantErrors {
  const { served, offsetMs, window } = options
  const isInside = (atMs: number) => atMs >= window.startMs && atMs < window.endMs
  const ttft: number[] = []
  const chunk: number[] = []
  const gap: number[] = []
  const send: number[] = []
  const server: number[] = []
  let chunks = 0
  let unmatched = 0
  for (const record of options.records) {
    const arrivals = arrivalsOf(record)
    chunks += arrivals.filter(isInside).length
    const truth = served.get(record.id)
    if (record.outcome.kind !== 'ok' || !truth || truth.writeMs.length !== arrivals.length) {
      if (record.outcome.kind === 'ok' && arrivals.some(isInside)) unmatched += 1
      continue
    }
    arrivals.forEach((atMs, i) => {
      if (!isInside(atMs)) return
      const errorMs = atMs - (truth.writeMs[i]! + offsetMs)
      chunk.push(errorMs)
      if (i > 0) gap.push(errorMs - (arrivals[i - 1]! - (truth.writeMs[i - 1]! + offsetMs)))
    })
    const { sentMs } = record
    const firstMs = arrivals[0]
    if (sentMs === undefined || firstMs === undefined || !isInside(firstMs)) continue
    ttft.push(firstMs - (truth.writeMs[0]! + offsetMs))
    send.push(truth.receivedMs + offsetMs - sentMs)
    if (truth.firstTokenMs !== undefined) server.push(truth.writeMs[0]! - truth.firstTokenMs)
  }
  return {
    chunks,
    ...spreadAs('ttftErrorMs', ttft),
    ...spreadAs('chunkErrorMs', chunk),
    ...spreadAs('gapErrorMs', gap),
    ...spreadAs('sendDelayMs', send),
    ...spreadAs('serverDelayMs', server),
    unmatched,
  }
}

/** The instant of every chunk of a record whose gaps were kept. */
function arrivalsOf({ firstTokenMs, chunkGapsMs = [] }: RequestRecord): number[] {
  if (firstTokenMs === undefined) return []
  const arrivals = [firstTokenMs]
  for (const gapMs of chunkGapsMs) arrivals.push(arrivals.at(-1)! + gapMs)
  return arrivals
}

function spreadAs<K extends string>(name: K, values: readonly number[]): { readonly [key in K]?: Spread } {
  const sorted = values.toSorted((a, b) => a - b)
  const [p50, p99] = [quantile(sorted, 0.5), quantile(sorted, 0.99)]
  if (p50 === undefined || p99 === undefined) return {}
  const spread: Spread = { n: sorted.length, p50, p99, min: sorted[0]!, max: sorted.at(-1)! }
  return { [name]: spread } as { readonly [key in K]?: Spread }
}
