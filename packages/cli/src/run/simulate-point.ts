import type { EngineConfig } from '@reprise/engine-sim'
import type { EngineCounts } from '@reprise/engine-sim/core'
import { behindFrontend, EngineTarget } from '@reprise/engine-sim/in-process'
import type { Plan } from '@reprise/replay-engine'
import { VirtualClock } from '@reprise/replay-engine/clock'
import type { EngineModel } from '@reprise/result-aggregator/run'
import type { LoadOptions } from '../options/load-options.ts'
import type { LoadPoint } from '../options/load-point.ts'
import { type ToldOptions, toldOf } from '../options/told-of.ts'
import type { Talk } from '../terminal/io.ts'
import { grouped, several } from '../terminal/output.ts'
import { engineText } from './engine-text.ts'
import type { LoadedCorpus } from './load-corpus.ts'
import { type FinishedRun, performRun } from './perform-run.ts'
import { planRun } from './plan-run.ts'
import { renderTransfers } from './render-transfers.ts'
import type { RunOutlook } from './run-display.ts'
import { warnOfStampede } from './stampede.ts'
import type { StepFiles } from './step-files.ts'

/** What the runs of a simulation have in common; plain data, for a thread to be given. */
export interface SimulatedSweep {
  readonly engine: EngineConfig
  readonly options: LoadOptions & ToldOptions & { readonly everyToken: boolean; readonly overwrite: boolean }
  /** The command that does it again. */
  readonly command: string
}

/** One run of it. */
export interface SimulatedPoint {
  readonly point: LoadPoint
  readonly outlook: RunOutlook
  readonly folder: string
  /** Where its steps are written to. */
  readonly steps?: string
  /** Where it is told under Dynamo's keys. */
  readonly reportJson?: string
}

/**
 * Simulates one run of a sweep, and tells of its speed on stderr. `plan`: where it has been made.
 *
 * @throws what `performRun` throws.
 */
export async function simulatePoint(
  { engine, options, command }: SimulatedSweep,
  { point, outlook, folder, steps, reportJson }: SimulatedPoint,
  loaded: LoadedCorpus,
  talk: Talk,
  plan: Plan = planRun(loaded.corpus, options, point, engine.scheduler.maxModelLen),
): Promise<FinishedRun> {
  warnOfStampede(plan, talk)
  const clock = new VirtualClock()
  const files = steps === undefined ? undefined : await stepFilesAt(steps, engine)
  const target = makeTarget(clock, { engine, everyToken: options.everyToken, files })
  const startMs = performance.now()
  const run = await performRun(
    {
      ...{ loaded, plan, clock, outlook, folder, command },
      target: engine.frontend ? behindFrontend(clock, target, engine.frontend) : target,
      drive: <T>(main: () => Promise<T>) => clock.run(main),
      identity: { model: engine.model, engine: { name: 'reprise-sim', config: { ...engine } }, ...toldOf(options) },
      where: { kind: 'in-process', simulated: true, clock: 'virtual' },
      overwrite: options.overwrite,
      companions: [{ stop: () => ({ engineModel: engineModelOf(target.counts) }) }],
      keepChunkGaps: options.everyToken,
      ...(options.slo && { slo: options.slo }),
      ...(options.maxRequests !== undefined && { maxRequests: options.maxRequests }),
      ...(options.targetHalfWidth && { targetHalfWidth: options.targetHalfWidth }),
    },
    talk,
  ).catch((error: unknown) => {
    files?.discard()
    throw error
  })
  files?.close()
  const wallMs = performance.now() - startMs
  if (reportJson !== undefined) {
    // So are the exports.
    const { writeReplayReport } = await import('@reprise/result-aggregator/export')
    await writeReplayReport(folder, reportJson, wallMs)
  }
  if (!talk.quiet) talk.stderr.write(`${renderSpeed(run, engine, { wallMs, virtualMs: clock.now() })}\n`)
  const { transfers } = target.counts
  if (!talk.quiet && transfers) talk.stderr.write(`${renderTransfers(transfers)}\n`)
  return run
}

/** Loaded where they are wanted: they bring the readers of step logs along. */
async function stepFilesAt(path: string, engine: EngineConfig): Promise<StepFiles> {
  const { StepFiles: Files } = await import('./step-files.ts')
  return new Files(path, engine)
}

/** @throws EngineConfigError, UsageError where a file of steps cannot be written. */
function makeTarget(
  clock: VirtualClock,
  {
    engine,
    everyToken,
    files,
  }: { readonly engine: EngineConfig; readonly everyToken: boolean; readonly files: StepFiles | undefined },
): EngineTarget {
  try {
    return new EngineTarget(clock, engine, { everyToken, ...(files && { steps: (name) => files.listener(name) }) })
  } catch (error) {
    files?.discard()
    throw error
  }
}

function engineModelOf({ steps, preemptions, evictedBlocks, speculation, transfers }: EngineCounts): EngineModel {
  return {
    ...{ steps, preemptions, evictedBlocks },
    ...(speculation && { speculation: draftsOf(speculation) }),
    ...(transfers && { transfers }),
  }
}

function draftsOf({ drafts, draftTokens, acceptedTokens }: NonNullable<EngineCounts['speculation']>) {
  return { drafts, draftTokens, acceptedTokens }
}

/** What was simulated, and how fast: the engine and its cache decide both the numbers and the time. */
function renderSpeed(
  { result }: FinishedRun,
  engine: EngineConfig,
  { wallMs, virtualMs }: { wallMs: number; virtualMs: number },
): string {
  const { requests, warmup } = result.counts
  const all = requests + warmup.requests
  const speed = `${grouped(Math.round((all / wallMs) * 1_000))} requests/s`
  return `${engineText(engine)}: ${several(all, 'request')}, ${(virtualMs / 3_600_000).toFixed(2)} h, simulated in ${(wallMs / 1_000).toFixed(1)} s (${speed})`
}
