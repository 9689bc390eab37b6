import { type RequestExtras, resetPrefixCache } from '@reprise/replay-engine/endpoint'
import type { RunHeader, RunTarget } from '@reprise/result-aggregator'
import type { LoadOptions } from '../options/load-options.ts'
import type { OutputOptions } from '../options/output-options.ts'
import type { RunPlaces } from '../options/run-folders.ts'
import type { ShardOptions } from '../options/shard-options.ts'
import type { Io } from '../terminal/io.ts'
import { appointed, refuseLateStart } from './appointed.ts'
import { connectEndpoint, type EndpointOptions } from './connect-endpoint.ts'
import { DebugTraceFile } from './debug-trace-file.ts'
import { corpusLoader } from './load-corpus.ts'
import { warnOfFewFiles } from './open-files.ts'
import { type FinishedRun, performRun, type RunSetup } from './perform-run.ts'
import { planRun } from './plan-run.ts'
import { removeOthers } from './refuse-mixing.ts'
import { refuseOtherCorpus, refuseOthers } from './refuse-others.ts'
import { serverMetrics } from './server-metrics.ts'
import { warnOfStampede } from './stampede.ts'
import { withKey } from './with-key.ts'

export type ReplayEndpointOptions = LoadOptions &
  OutputOptions &
  EndpointOptions &
  ShardOptions & {
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
  const corpusAt = corpusLoader(given, talk)
  await corpusAt(points[0]!)
  const options = await withKey(given, io)
  const endpoint = await connectEndpoint(options)
  if (options.like) refuseOthers(places.base, options.like, { ...options, ...endpoint })
  // The server forgets its cache for the first run; the last one may be hours later, and is not to be refused then.
  for (const point of points.slice(1)) planRun((await corpusAt(point)).corpus, options, point, endpoint.maxModelTokens)
  // Of a sweep that goes on, the others are its own.
  if (!options.like) await removeOthers(places)
  for (const point of points) {
    const loaded = await corpusAt(point)
    // A preset makes its own requests for each size.
    if (options.like && loaded.origin !== 'preset') refuseOtherCorpus(places.base, options.like, loaded)
    const plan = planRun(loaded.corpus, options, point, endpoint.maxModelTokens)
    warnOfFewFiles(plan, io)
    warnOfStampede(plan, io)
    const notReset = options.keepCache ? undefined : await resetPrefixCaches(options)
    const start = await appointed(options, plan, options)
    const opened = await endpoint.open(start.clock, loaded.corpus, plan.load)
    const metrics = serverMetrics(options, (text) => io.stderr.write(`warning: ${text}\n`))
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
        where: {
          kind: 'http',
          url: options.url,
          ...(options.otherUrls && { otherUrls: [...options.otherUrls], spread: options.spread ?? 'session' }),
          simulated: endpoint.simulated,
          clock: 'wall',
          engine: endpoint.answered,
          leastPromptTokens: endpoint.leastPromptTokens,
          ...(endpoint.words && { words: endpoint.words }),
          ...(endpoint.tokenizer !== undefined && { tokenizer: endpoint.tokenizer }),
          ...(options.api && options.api !== 'chat' && { api: options.api }),
          ...(options.processes !== undefined && options.processes > 1 && { processes: options.processes }),
          ...(options.prompts && { content: options.prompts.content }),
          ...(options.toldProxies?.length && { proxies: options.toldProxies }),
          ...(options.insecure && { insecure: options.insecure }),
          ...(options.assistant === 'live' && { assistant: options.assistant }),
          ...(options.outputLength === 'natural' && { outputLength: options.outputLength }),
          ...extrasTold(options.extras),
          ...(options.keepCache && { prefixCache: 'kept' as const }),
          ...(notReset !== undefined && { prefixCache: 'not emptied' as const }),
          notes: [...endpoint.notes, ...(notReset === undefined ? [] : [notReset])],
        },
        folder: folderOf(point),
        overwrite: options.overwrite,
        command: options.command,
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

/** Of headers the names alone. */
function extrasTold({ headers = {}, body = {} }: RequestExtras = {}): Pick<RunTarget, 'extras'> {
  const told = { headers: Object.keys(headers), body: { ...body } }
  return told.headers.length > 0 || Object.keys(body).length > 0 ? { extras: told } : {}
}
