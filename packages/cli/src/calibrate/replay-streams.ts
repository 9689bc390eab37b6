import { monotonicOriginMs, type RequestRecord, replay, WallClock } from '@reprise/replay-engine'
import { HttpTarget, NO_OVERHEAD, WORDS } from '@reprise/replay-engine/endpoint'
import { type ClientHealthSample, watchClientHealth } from '../run/client-health.ts'
import { coreWaitMs } from './core-wait.ts'
import { planStreams, type StreamLoad } from './plan-streams.ts'

export interface StreamRun extends ClientHealthSample {
  readonly records: readonly RequestRecord[]
  /** Where the origin of the records' instants lies on the machine's monotonic clock. */
  readonly originMs: number
  /** The part of the run that counts: every stream has begun, and none is being let end. */
  readonly window: { readonly startMs: number; readonly endMs: number }
  /** CPU time of the process in the window. */
  readonly cpuMs: number
  /** Share of the window in which the process was ready to run and other programs had the cores; absent where the system does not say. */
  readonly coreWaitShare?: number
}

/** Replays streams as a measurement does, chunk by chunk gaps kept, and measures the replaying process meanwhile. */
export async function replayStreams(options: {
  readonly url: string
  readonly model: string
  readonly load: StreamLoad
  /** Time at the start that does not count. */
  readonly warmupMs: number
  readonly signal?: AbortSignal
}): Promise<StreamRun> {
  const { url, model, load, warmupMs, signal } = options
  const { corpus, plan } = planStreams(load)
  const clock = new WallClock()
  const target = new HttpTarget({
    url,
    model,
    clock,
    corpus,
    words: WORDS,
    overhead: NO_OVERHEAD,
    timeoutMs: load.durationMs + 60_000,
    nameRequests: true,
  })
  const records: RequestRecord[] = []
  const window = { startMs: clock.now() + warmupMs, endMs: clock.now() + load.durationMs }
  const measured = measureBetween(clock, window)
  try {
    await replay({
      plan,
      corpus,
      clock,
      target,
      keepChunkGaps: true,
      onRecord: (record) => records.push(record),
      ...(signal && { signal }),
    })
  } finally {
    await target.close()
  }
  return { records, originMs: monotonicOriginMs(clock), window, ...measured() }
}

type Measured = ClientHealthSample & Pick<StreamRun, 'cpuMs' | 'coreWaitShare'>

function measureBetween(clock: WallClock, { startMs, endMs }: StreamRun['window']): () => Measured {
  let measure = startMeasuring()
  let measured: Measured | undefined
  clock.at(startMs, () => {
    measure()
    measure = startMeasuring()
  })
  clock.at(endMs, () => {
    measured = measure()
  })
  return () => measured ?? measure()
}

function startMeasuring(): () => Measured {
  const health = watchClientHealth()
  const before = { cpu: process.cpuUsage(), waitMs: coreWaitMs(), atMs: performance.now() }
  return () => {
    const { user, system } = process.cpuUsage(before.cpu)
    const waitMs = coreWaitMs()
    const elapsedMs = performance.now() - before.atMs
    return {
      ...health(),
      cpuMs: (user + system) / 1e3,
      ...(waitMs !== undefined &&
        before.waitMs !== undefined && { coreWaitShare: (waitMs - before.waitMs) / elapsedMs }),
    }
  }
}
