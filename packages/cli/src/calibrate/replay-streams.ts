import { type RequestRecord, replay } from '@reprise/replay-engine'
import { monotonicOriginMs, WallClock } from '@reprise/replay-engine/clock'
import {
  type HttpOptions,
  HttpTarget,
  NO_OVERHEAD,
  ProcessTarget,
  PromptCutter,
  WORDS,
} from '@reprise/replay-engine/endpoint'
import type { Corpus } from '@reprise/trace'
import { type ClientHealthSample, watchClientHealth } from '../run/client-health.ts'
import { startSender } from '../run/start-sender.ts'
import { childrenCpuMs } from './children-cpu.ts'
import { coreWaitMs } from './core-wait.ts'
import { planStreams, type StreamLoad } from './plan-streams.ts'

export interface StreamRun extends ClientHealthSample {
  readonly records: readonly RequestRecord[]
  /** Where the origin of the records' instants lies on the machine's monotonic clock. */
  readonly originMs: number
  /** The part of the run that counts: every stream has begun, and none is being let end. */
  readonly window: { readonly startMs: number; readonly endMs: number }
  /** CPU time of the process and of those that it started, in the window. */
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
  /** That send and read; default: this one. */
  readonly processes?: number
  readonly signal?: AbortSignal
}): Promise<StreamRun> {
  const { url, model, load, warmupMs, processes = 1, signal } = options
  const { corpus, plan } = planStreams(load)
  const clock = new WallClock()
  const http = {
    url,
    model,
    words: WORDS,
    overhead: NO_OVERHEAD,
    timeoutMs: load.durationMs + 60_000,
    nameRequests: true,
  }
  const target = await openTarget(http, { clock, corpus, processes })
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

function openTarget(
  http: HttpOptions,
  { clock, corpus, processes }: { readonly clock: WallClock; readonly corpus: Corpus; readonly processes: number },
): Promise<HttpTarget | ProcessTarget> | HttpTarget {
  if (processes === 1) return new HttpTarget({ ...http, clock, corpus })
  const cuts = new PromptCutter({ ...http, corpus })
  return ProcessTarget.open({ clock, options: http, cuts, processes, start: startSender })
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
  const before = { cpu: process.cpuUsage(), childrenMs: childrenCpuMs(), waitMs: coreWaitMs(), atMs: performance.now() }
  return () => {
    const { user, system } = process.cpuUsage(before.cpu)
    const waitMs = coreWaitMs()
    const elapsedMs = performance.now() - before.atMs
    return {
      ...health(),
      cpuMs: (user + system) / 1e3 + childrenCpuMs() - before.childrenMs,
      ...(waitMs !== undefined &&
        before.waitMs !== undefined && { coreWaitShare: (waitMs - before.waitMs) / elapsedMs }),
    }
  }
}
