import { ContinuedClock, WallClock } from '@reprise/replay-engine/clock'
import { foresee, lockRun, RunFolderError, type RunLock, readStoppedRun } from '@reprise/result-aggregator/run'
import { runLength } from '../live/run-length.ts'
import type { LoadOptions } from '../options/load-options.ts'
import type { Io } from '../terminal/io.ts'
import { connectEndpoint, type EndpointOptions } from './connect-endpoint.ts'
import { DebugTraceFile } from './debug-trace-file.ts'
import { loadCorpus } from './load-corpus.ts'
import { warnOfFewFiles } from './open-files.ts'
import { type FinishedRun, performRun } from './perform-run.ts'
import { preflightOf } from './preflight.ts'
import { refuseOtherCorpus, refuseOtherSemantics, refuseOthers, refuseOtherWay } from './refuse-others.ts'
import { serverMetrics } from './server-metrics.ts'
import { tellPrepared } from './tell-prepared.ts'
import { withKey } from './with-key.ts'
import { withNotes } from './with-notes.ts'

/**
 * Goes on with the run in a folder that was killed, interrupted or given up, as its next attempt. The plan is the one in the folder; the
 * server's prefix cache is left as it is.
 *
 * @throws RunFolderError where the run cannot be resumed, and as `replayEndpoint`.
 */
export async function resumeEndpoint(
  folder: string,
  options: LoadOptions & EndpointOptions & { readonly quiet: boolean },
  io: Io,
): Promise<FinishedRun> {
  // Before anything is read: what another process still writes is not where the run stopped.
  const lock = await lockRun(folder)
  try {
    return await goOn(folder, options, { io, lock })
  } finally {
    await lock.release()
  }
}

async function goOn(
  folder: string,
  options: LoadOptions & EndpointOptions & { readonly quiet: boolean },
  { io, lock }: { readonly io: Io; readonly lock: RunLock },
): Promise<FinishedRun> {
  const stopped = await readStoppedRun(folder)
  refuseOtherSemantics(folder, stopped.header)
  const talk = { ...io, quiet: options.quiet }
  const { plan, at, progress } = stopped
  const { load } = plan
  if (load.kind !== 'lanes')
    throw new RunFolderError(
      folder,
      'arrivals of an open load do not wait for a client that is away',
      'Begin a new run; of a sweep, take this folder away and resume the sweep.',
    )
  if (options.assistant === 'live')
    throw new RunFolderError(
      folder,
      "its prompts have the server's own replies (--assistant live), and nobody has kept those",
      'Begin a new run.',
    )
  const loaded = await loadCorpus(options, load, talk)
  refuseOtherCorpus(folder, stopped.header, loaded)
  refuseOtherWay(folder, stopped.header, options)
  const endpoint = await connectEndpoint(await withKey(options, io))
  refuseOthers(folder, stopped.header, { ...options, ...endpoint })
  const prompts = await endpoint.tryPrompts()
  const told = { prompts, foreseen: foresee({ header: stopped.header, load }) }
  // What its warm-up repeats nobody has counted.
  const { warmup: _, ...length } = runLength(plan, { profiledMs: progress.profiledMs })
  tellPrepared({ preflight: preflightOf(endpoint, told), lengths: [length] }, options, io)
  const header = withNotes(stopped.header, endpoint.notes)
  warnOfFewFiles(plan, io)
  const clock = new ContinuedClock(new WallClock(), at.atMs)
  const opened = await endpoint.open(clock, loaded.corpus, load)
  const metrics = serverMetrics(options, (text) => io.stderr.write(`warning: ${text}\n`), io.env)
  const trace = options.debugTrace ? new DebugTraceFile(folder, { resumed: true }) : undefined
  try {
    return await performRun(
      {
        loaded,
        plan,
        clock,
        target: (opened.legible && trace?.traced(opened.legible)) ?? opened.target,
        endSenders: opened.close,
        companions: [trace, metrics].filter((each) => each !== undefined),
        drive: <T>(main: () => Promise<T>) => main(),
        identity: header.identity,
        where: header.target,
        folder,
        overwrite: false,
        command: header.command,
        keepChunkGaps: true,
        ...(options.maxRequests !== undefined && { maxRequests: options.maxRequests }),
        ...(options.targetHalfWidth && { targetHalfWidth: options.targetHalfWidth }),
        outlook: { length },
        resume: { header, progress, at },
        lock,
      },
      talk,
    )
  } finally {
    await opened.close()
  }
}
