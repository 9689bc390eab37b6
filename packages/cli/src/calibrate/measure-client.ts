import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSpawnedServer } from '../launch/spawned-server.ts'
import type { CalibrationPoint } from './calibration.ts'
import { compareInstants, type InstantErrors } from './compare-instants.ts'
import { pacedEngine } from './paced-engine.ts'
import { replayStreams } from './replay-streams.ts'
import { readServedInstants } from './served-instants.ts'

export interface RoundOptions {
  readonly streams: number
  readonly stepMs: number
  /** What counts, after every stream has begun. */
  readonly durationMs: number
  readonly signal: AbortSignal
}

/** The operator can fix this: the two processes cannot be compared here. */
export class CalibrationError extends Error {
  override readonly name = 'CalibrationError'
}

const inputTokens = 32
const outputTokens = 40

/** One round: a paced server in a process of its own, this process as its client, and their instants side by side. */
export async function measureClient(options: RoundOptions): Promise<Omit<CalibrationPoint, 'trusted'>> {
  const folder = await mkdtemp(join(tmpdir(), 'reprise-calibrate-'))
  try {
    return await measureIn(folder, options)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function measureIn(folder: string, options: RoundOptions): Promise<Omit<CalibrationPoint, 'trusted'>> {
  const { streams, stepMs, durationMs, signal } = options
  const engine = pacedEngine(stepMs)
  const [engineFile, logFile] = [join(folder, 'engine.json'), join(folder, 'log.jsonl')]
  await writeFile(engineFile, JSON.stringify(engine))
  const replyMs = outputTokens * stepMs
  // A first pass over all streams, so that connections are open and code is warm.
  const warmupMs = 2 * replyMs
  const drainMs = 2 * replyMs + 5_000
  const load = { streams, inputTokens, outputTokens, startsMs: replyMs, durationMs: warmupMs + durationMs, drainMs }
  const server = await startSpawnedServer({ args: ['--engine', engineFile, '--log', logFile, '--log-tokens'] })
  let run: Awaited<ReturnType<typeof replayStreams>>
  try {
    run = await replayStreams({ url: server.url, model: engine.model, load, warmupMs, signal })
  } finally {
    await server.stop()
  }
  const served = await readServedInstants(logFile)
  const offsetMs = server.monotonicOriginMs - run.originMs
  const errors = compareInstants({ records: run.records, served, offsetMs, window: run.window })
  checkClocks(errors)
  return {
    streams,
    ...errors,
    chunksPerS: errors.chunks / (durationMs / 1e3),
    cpuPerChunkUs: (run.cpuMs * 1e3) / errors.chunks,
    cpuShare: run.cpuShare,
    eventLoopDelayP99Ms: run.eventLoopDelayMs.p99,
    ...(run.coreWaitShare !== undefined && { coreWaitShare: run.coreWaitShare }),
  }
}

/** Readings of one clock in two processes may differ by so much. */
const clockReadingMs = 0.1

function checkClocks({ chunkErrorMs }: InstantErrors): void {
  if (chunkErrorMs === undefined || chunkErrorMs.min >= -clockReadingMs) return
  throw new CalibrationError(
    `a chunk came ${(-chunkErrorMs.min).toFixed(3)} ms before it was sent: the two processes do not share a monotonic clock here. ` +
      'Run both in one virtual machine and one time namespace.',
  )
}
