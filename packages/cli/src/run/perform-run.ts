import {
  type Appointment,
  type Plan,
  type Progress,
  planTextDigest,
  renderPlan,
  replay,
  slotsOfShard,
  type Target,
} from '@reprise/replay-engine'
import { type Clock, onAbort } from '@reprise/replay-engine/clock'
import {
  type AttemptBreak,
  buildRun,
  type Identity,
  lockRun,
  type PrecisionTarget,
  planFacts,
  type Result,
  type RunHeader,
  type RunLock,
  type RunOrigin,
  type RunShard,
  type RunTarget,
  RunWriter,
  type Slo,
  saveResult,
} from '@reprise/result-aggregator/run'
import type { Io, Talk } from '../terminal/io.ts'
import { replaySemantics, version } from '../terminal/version.ts'
import { type ClientHealthSample, clientHealth } from './client-health.ts'
import type { Companion } from './companion.ts'
import { Company } from './company.ts'
import { enoughRequests, firstOf } from './enough-requests.ts'
import { failureThreshold } from './failure-threshold.ts'
import type { LoadedCorpus } from './load-corpus.ts'
import { precisionGoal } from './precision-goal.ts'
import { type RunOutlook, runDisplay } from './run-display.ts'

export interface RunSetup {
  readonly loaded: LoadedCorpus
  readonly plan: Plan
  readonly clock: Clock
  readonly target: Target
  /** Starts the replay on its clock; the virtual one has to be driven. */
  readonly drive: <T>(main: () => Promise<T>) => Promise<T>
  readonly identity: Identity
  readonly where: RunTarget
  readonly folder: string
  readonly overwrite: boolean
  readonly command: string
  readonly origin?: RunOrigin
  readonly keepChunkGaps: boolean
  /** The run has measured enough when so many requests have ended. */
  readonly maxRequests?: number
  /** Or when a figure is known so exactly. */
  readonly targetHalfWidth?: PrecisionTarget
  /** What a request should keep. */
  readonly slo?: Slo
  /** Who goes along besides the display and, on real time, the health of the client; what they write into the folder is listed with it. */
  readonly companions?: readonly Companion[]
  /** Ends the processes that send, where there are any, and says how they fared. */
  readonly endSenders?: () => Promise<readonly ClientHealthSample[]>
  /** The run in the folder goes on; the clock must go on from its break too. Default: a new run. */
  readonly resume?: ResumedRun
  /** Which part of a run it is; default: all of it. */
  readonly shard?: RunShard
  /** When it begins; default: at once. */
  readonly appointment?: Appointment
  /** For the display. */
  readonly outlook?: RunOutlook
  /** On the folder, where it was taken before; default: it is taken now. */
  readonly lock?: RunLock
}

/** What a run needs to go on where earlier attempts left it. */
export interface ResumedRun {
  readonly header: RunHeader
  readonly progress: Progress
  readonly at: AttemptBreak
}

export interface FinishedRun {
  readonly result: Result
  /** Path of `results.json`. */
  readonly path: string
}

/**
 * Replays a plan and leaves a run folder: every record as it comes, then the result built from the files just written.
 * A user who asks to stop gets what is in flight, and a result of the part that ran; one who asks again gets it without waiting.
 *
 * @throws RunFolderError when the folder cannot be written, or another process writes to it; whatever the target throws is a bug of ours.
 */
export async function performRun(setup: RunSetup, io: Talk): Promise<FinishedRun> {
  const lock = setup.lock ?? (await lockRun(setup.folder))
  try {
    return await replayInto(setup, io)
  } finally {
    await lock.release()
  }
}

async function replayInto(setup: RunSetup, io: Talk): Promise<FinishedRun> {
  const { plan, loaded, clock, target, folder, resume, shard, appointment } = setup
  const stop = new AbortController()
  const written = { error: undefined as unknown }
  const writer = await openWriter(setup, io, (error) => {
    written.error = error
    stop.abort()
  })
  const precision = precisionGoal(setup.targetHalfWidth)
  const company = new Company([
    ...(setup.companions ?? []),
    ...precision.companions,
    runDisplay(io, setup.outlook),
    // Stopped before any other, so that it sees the run and nothing of its end.
    ...(setup.where.clock === 'wall' ? [clientHealth(setup.endSenders)] : []),
  ])
  const forgetCancel = io.cancel ? onAbort(io.cancel, () => stop.abort()) : () => {}
  const resumed = resume && { attempt: resume.at.attempt, profiledMs: resume.progress.profiledMs }
  const summary = await company
    .start({ plan, clock, folder, ...(resumed && { resumed }), ...(shard && { shard: shard.shard }) })
    .then(() =>
      setup.drive(() =>
        replay({
          plan,
          corpus: loaded.corpus,
          clock,
          target: company.watched(target),
          keepChunkGaps: setup.keepChunkGaps,
          interrupt: io.signal,
          signal: stop.signal,
          shouldStop: firstOf(
            failureThreshold(plan.load.kind === 'lanes' ? slotsOfShard(plan.load.lanes, shard?.shard).length : 1),
            enoughRequests(setup.maxRequests),
            precision.rule,
          ),
          ...(shard && { shard: shard.shard }),
          ...(appointment && { appointment }),
          ...(resume && { attempt: resume.at.attempt, resume: resume.progress }),
          onPhase: (span) => {
            writer.phase(span)
            company.phase(span)
          },
          onRecord: (record) => {
            writer.record(record)
            company.record(record)
          },
        }),
      ),
    )
    .catch(async (error: unknown) => {
      // What has been heard is worth as much as of a run that was killed, and the first error is the one to tell.
      await Promise.allSettled([writer.abandon(), company.stop('failed')])
      throw error
    })
    .finally(forgetCancel)
  const { notes, failure } = await company.stop(summary.ended)
  const stoppedBy = summary.stoppedBy && { stoppedBy: summary.stoppedBy }
  await writer.close({ reason: summary.ended, ...stoppedBy, ...notes }).catch((error: unknown) => {
    throw written.error ?? error
  })
  if (written.error) throw written.error
  if (failure) throw failure.error
  // Recorded times are kept to be what was recorded: whether they were is said with the result.
  if (plan.load.kind === 'schedule' && !shard) {
    const { saveFidelity } = await import('@reprise/result-aggregator')
    await saveFidelity(folder, { corpus: loaded.corpus, name: loaded.source })
  }
  const result = await buildRun(folder)
  return { result, path: await saveResult(folder, result) }
}

function openWriter(setup: RunSetup, io: Io, onFailure: (error: unknown) => void): Promise<RunWriter> {
  const { folder, overwrite, plan, resume, clock } = setup
  const startedAt = clock.startedAt === undefined ? {} : { startedAt: clock.startedAt }
  if (resume) return RunWriter.resume({ folder, header: resume.header, at: { ...resume.at, ...startedAt }, onFailure })
  const planText = renderPlan(plan)
  const header = { ...headerOf(setup, planText), argv: [...io.argv], ...startedAt }
  return RunWriter.open({ folder, overwrite, planText, header, onFailure })
}

function headerOf({ plan, loaded, identity, where, command, origin, slo, shard }: RunSetup, planText: string) {
  return {
    schema: 'run/1',
    identity,
    target: where,
    corpus: { origin: loaded.origin, source: loaded.source, facts: loaded.facts },
    plan: planFacts(plan, planTextDigest(planText)),
    ...(slo && { slo }),
    ...(shard && { shard }),
    command,
    toolVersion: version,
    replaySemantics,
    ...origin,
  } as const
}
