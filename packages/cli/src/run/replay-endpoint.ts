import { resetPrefixCache } from '@reprise/replay-engine/endpoint'
import type { RunHeader, RunOrigin } from '@reprise/result-aggregator/run'
import type { LoadOptions } from '../options/load-options.ts'
import { originOf } from '../options/origin-options.ts'
import type { OutputOptions } from '../options/output-options.ts'
import type { RunPlaces } from '../options/run-folders.ts'
import type { ShardOptions } from '../options/shard-options.ts'
import type { Io } from '../terminal/io.ts'
import { appointed, refuseLateStart } from './appointed.ts'
import type { EndpointOptions } from './connect-endpoint.ts'
import { DebugTraceFile } from './debug-trace-file.ts'
import { warnOfFewFiles } from './open-files.ts'
import { outlooksOf } from './outlooks.ts'
import { type FinishedRun, performRun, type RunSetup } from './perform-run.ts'
import { planRun } from './plan-run.ts'
import { prepareEndpoint } from './prepare-endpoint.ts'
import { removeOthers } from './refuse-mixing.ts'
import { refuseOtherCorpus, refuseOthers } from './refuse-others.ts'
import { targetOf } from './run-target.ts'
import { serverMetrics } from './server-metrics.ts'
import { warnOfStampede } from './stampede.ts'
import { tellPrepared } from './tell-prepared.ts'

export type ReplayEndpointOptions = LoadOptions &
  OutputOptions &
  EndpointOptions &
  ShardOptions &
  RunOrigin & {
    readonly command: string
    /** Of an earlier run of the same sweep: another server, or other traces, would be another sweep. */
    readonly like?: RunHeader
  }

/**
 * Replays on an endpoint, a run for each size of the load, and hands each over when it is done. The endpoint is probed once; a run that the
 * user stops is the last.
 *
 * @throws EndpointError, TraceError, PlanError, RunFolderError
 */
export async function replayEndpoint(
  places: RunPlaces,
  given: ReplayEndpointOptions,
  { io, onRun }: { readonly io: Io; readonly onRun: (run: FinishedRun) => void },
): Promise<void> {
  const { points, folderOf } = places
  const talk = { ...io, quiet: given.quiet }
  const prepared = await prepareEndpoint(places, given, talk)
  const { corpusAt, endpoint, key } = prepared
  const options = { ...given, ...key }
  if (options.like) refuseOthers(places.base, options.like, { ...options, ...endpoint })
  tellPrepared(prepared, options, io)
  // Of a sweep that goes on, the others are its own.
  if (!options.like) await removeOthers(places)
  const outlooks = outlooksOf(prepared.lengths)
  for (const [i, point] of points.entries()) {
    const loaded = await corpusAt(point)
    // A preset makes its own requests for each size.
    if (options.like && loaded.origin !== 'preset') refuseOtherCorpus(places.base, options.like, loaded)
    const plan = i === 0 ? prepared.firstPlan : planRun(loaded.corpus, options, point, endpoint.maxModelTokens)
    warnOfFewFiles(plan, io)
    warnOfStampede(plan, io)
    const notReset = options.keepCache ? undefined : await resetPrefixCaches(options)
    const start = await appointed(options, plan, options)
    const opened = await endpoint.open(start.clock, loaded.corpus, plan.load)
    const metrics = serverMetrics(options, (text) => io.stderr.write(`warning: ${text}\n`), io.env)
    const trace = options.debugTrace ? new DebugTraceFile(folderOf(point), { resumed: false }) : undefined
    try {
      refuseLateStart(start)
      const setup: RunSetup = {
        loaded,
        plan,
        ...start,
        target: (opened.legible && trace?.traced(opened.legible)) ?? opened.target,
        endSenders: opened.close,
        companions: [trace, metrics].filter((each) => each !== undefined),
        drive: <T>(main: () => Promise<T>) => main(),
        identity: endpoint.identity,
        where: targetOf(options, endpoint, notReset),
        outlook: outlooks[i]!,
        folder: folderOf(point),
        overwrite: options.overwrite,
        command: options.command,
        origin: originOf(options),
        keepChunkGaps: true,
        ...(options.slo && { slo: options.slo }),
        ...(options.maxRequests !== undefined && { maxRequests: options.maxRequests }),
        ...(options.targetHalfWidth && { targetHalfWidth: options.targetHalfWidth }),
      }
      onRun(await performRun(setup, talk))
    } finally {
      await opened.close()
    }
    if (io.signal.aborted) break
  }
}

async function resetPrefixCaches(options: EndpointOptions): Promise<string | undefined> {
  const urls = [options.url, ...(options.otherUrls ?? [])]
  const notReset = await Promise.all(urls.map((url) => resetPrefixCache({ ...options, url })))
  return notReset.find((sentence) => sentence !== undefined)
}
