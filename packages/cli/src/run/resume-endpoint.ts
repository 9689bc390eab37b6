import { isDeepStrictEqual } from 'node:util'
import { ContinuedClock, WallClock } from '@reprise/replay-engine'
import { lockRun, RunFolderError, type RunLock, readStoppedRun, type StoppedRun } from '@reprise/result-aggregator'
import type { LoadOptions } from '../options/load-options.ts'
import type { Io } from '../terminal/io.ts'
import { replaySemantics } from '../terminal/version.ts'
import { connectEndpoint, type EndpointOptions } from './connect-endpoint.ts'
import { DebugTraceFile } from './debug-trace-file.ts'
import type { IdentifiedEndpoint } from './identify-endpoint.ts'
import { type LoadedCorpus, loadCorpus } from './load-corpus.ts'
import { warnOfFewFiles } from './open-files.ts'
import { type FinishedRun, performRun } from './perform-run.ts'
import { refuseOtherPrompts } from './refuse-other-prompts.ts'
import { serverMetrics } from './server-metrics.ts'
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
  refuseOtherSemantics(folder, stopped)
  const talk = { ...io, quiet: options.quiet }
  const { plan, at, progress } = stopped
  const { load } = plan
  if (load.kind !== 'lanes')
    throw new RunFolderError(
      folder,
      'arrivals of an open load do not wait for a client that is away',
      'Begin a new run.',
    )
  if (options.assistant === 'live')
    throw new RunFolderError(
      folder,
      "its prompts have the server's own replies (--assistant live), and nobody has kept those",
      'Begin a new run.',
    )
  const loaded = await loadCorpus(options, load, talk)
  refuseOtherCorpus(folder, stopped, loaded)
  if (!isDeepStrictEqual(options.toldProxies, stopped.header.target.proxies))
    throw new RunFolderError(
      folder,
      'its requests went another way: other proxies lie before its endpoint now than when it began',
      'Set the proxies of the environment as they were (target.proxies in run.json), or begin a new run.',
    )
  const endpoint = await connectEndpoint(options)
  if (!isDeepStrictEqual(endpoint.identity, stopped.header.identity))
    throw new RunFolderError(
      folder,
      `the endpoint is not the one that was measured: ${JSON.stringify(endpoint.identity)} answers, and ${JSON.stringify(stopped.header.identity)} did before`,
      'Start the same server again, or begin a new run.',
    )
  refuseOtherEngine(folder, stopped, endpoint.answered)
  refuseOtherPrompts(folder, stopped.header.target, endpoint)
  const header = withNotes(stopped.header, endpoint.notes)
  warnOfFewFiles(plan, io)
  const clock = new ContinuedClock(new WallClock(), at.atMs)
  const opened = await endpoint.open(clock, loaded.corpus, load)
  const metrics = serverMetrics(options, (text) => io.stderr.write(`warning: ${text}\n`))
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
        resume: { header, progress, at },
        lock,
      },
      talk,
    )
  } finally {
    await opened.close()
  }
}

function refuseOtherCorpus(folder: string, { plan, header }: StoppedRun, { corpus }: LoadedCorpus): void {
  if (corpus.digest === plan.corpusDigest) return
  throw new RunFolderError(
    folder,
    `${header.corpus.source ?? 'its traces'}: not the traces that this run began with`,
    'Restore them, or begin a new run.',
  )
}

/** Where a job names the engine, the identity alone would not show that another answers now. */
function refuseOtherEngine(folder: string, { header }: StoppedRun, now: IdentifiedEndpoint['answered']): void {
  const before = header.target.engine
  if (!before || (before.name === now.name && before.version === now.version)) return
  const shown = ({ name = 'an engine that does not say its name', version = '' }: typeof now) =>
    `${name} ${version}`.trim()
  throw new RunFolderError(
    folder,
    `another engine answers than the one that was measured: ${shown(now)}, and ${shown(before)} did before`,
    'Start the same server again, or begin a new run.',
  )
}

function refuseOtherSemantics(folder: string, { header }: StoppedRun): void {
  if (header.replaySemantics === replaySemantics) return
  throw new RunFolderError(
    folder,
    `version ${header.toolVersion} began this run, and this version would replay the plan in another way`,
    'Resume it with that version, or begin a new run.',
  )
}
