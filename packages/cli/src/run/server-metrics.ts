import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { proxyUrl } from '@reprise/replay-engine/endpoint'
import { parseEndpointUrl } from '@reprise/replay-engine/endpoint-url'
import { runFiles } from '@reprise/result-aggregator/run'
import { printable } from '@reprise/safe-text'
import type { MetricsSource, SamplesHead } from '@reprise/telemetry'
import { anchorOf, type PageAccess, type PowerProgramName } from '@reprise/telemetry/sampler'
import type { PowerChoice } from '../options/metrics-options.ts'
import { proxiesOf } from '../options/proxy-options.ts'
import type { LaunchedMetrics } from '../options/read-launch.ts'
import type { Companion } from './companion.ts'
import type { SamplerMessage, SamplerReport, SamplerThreadData } from './sampler-messages.ts'

export interface ServerMetricsOptions {
  readonly url: string
  readonly otherUrls?: readonly string[]
  /** More pages: of the workers behind a router, of a power meter. */
  readonly metricsUrl?: readonly string[]
  /** False: nothing is sampled. */
  readonly metrics?: boolean
  readonly metricsIntervalMs?: number
  /** Sent when a page is asked for. */
  readonly metricsHeaders?: Readonly<Record<string, string>>
  /** The proxy of `--proxy`, or `none`; default: those that the environment names. */
  readonly proxy?: string
  /** What the launch of the server says of it. */
  readonly launched?: LaunchedMetrics
  /** Which meter of this machine is read. Default: `auto`, those there are, where the server runs on this machine. */
  readonly power?: PowerChoice
  /** As the meter numbers them. Default: all. */
  readonly powerDevices?: readonly string[]
}

/** The meters to start. A server elsewhere does not draw from this machine. */
function powerPrograms({ url, power = 'auto' }: ServerMetricsOptions): {
  programs: PowerProgramName[]
  optional: boolean
} {
  if (power === 'off') return { programs: [], optional: true }
  if (power !== 'auto') return { programs: [power], optional: false }
  const { hostname } = new URL(url)
  const isHere = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
  return { programs: isHere ? ['nvidia-smi', 'amd-smi'] : [], optional: true }
}

/** The pages that a run samples: beside each endpoint, and those that were named; each once. */
export function metricsSources({
  url,
  otherUrls = [],
  metricsUrl = [],
  launched,
}: ServerMetricsOptions): MetricsSource[] {
  const beside = [url, ...otherUrls].map((each) => {
    const { origin, root } = parseEndpointUrl(each)
    return { url: `${origin}${root}/metrics`, found: 'endpoint' as const }
  })
  const named = [...(launched?.urls ?? []), ...metricsUrl].map((each) => ({
    url: new URL(each).href,
    found: 'option' as const,
  }))
  const byUrl = new Map<string, MetricsSource>()
  for (const source of [...beside, ...named]) if (!byUrl.has(source.url)) byUrl.set(source.url, source)
  return [...byUrl.values()]
}

/** What pages are asked with, and the proxies that lead to them: those that would lead a client there. @throws UsageError as the client's. */
export function pageAccess({ metricsHeaders, proxy, ...options }: ServerMetricsOptions, env: Env): PageAccess {
  const { proxies } = proxiesOf(
    metricsSources(options).map(({ url }) => url),
    proxy,
    env,
  )
  return {
    ...(metricsHeaders && { headers: { ...metricsHeaders } }),
    proxies: Object.fromEntries(Object.entries(proxies).map(([origin, each]) => [origin, proxyUrl(each)])),
  }
}

type Env = Readonly<Record<string, string | undefined>>

/**
 * Samples the metrics pages of the server beside a run, in a thread of its own: whatever a page does, requests are sent as if nobody asked
 * for it. What fails is told on stderr and in the result, and costs the run nothing. `undefined` where nothing is to be sampled.
 *
 * @param tell takes a sentence for the user.
 * @param env may name proxies.
 */
export function serverMetrics(
  options: ServerMetricsOptions,
  tell: (text: string) => void,
  env: Env = {},
): Companion | undefined {
  if (options.metrics === false) return undefined
  const access = pageAccess(options, env)
  let thread: SamplerThread | undefined
  return {
    start: async ({ clock, folder, resumed }) => {
      const head: SamplesHead = {
        schema: 'server-metrics/1',
        attempt: resumed?.attempt ?? 1,
        intervalMs: options.metricsIntervalMs ?? 1_000,
        timeoutMs: 5_000,
        maxFileBytes: 256 * 1024 * 1024,
        sources: metricsSources(options),
        ...(options.launched?.kvPool && { kvPool: { ...options.launched.kvPool } }),
      }
      const { powerDevices } = options
      const power = {
        path: join(folder, runFiles.power),
        ...powerPrograms(options),
        ...(powerDevices && { devices: powerDevices }),
      }
      const data = { path: join(folder, runFiles.serverMetrics), anchor: anchorOf(clock), head, access, power }
      thread = await startSamplerThread(data, (why) => tell(`server metrics are not sampled: ${printable(why, 300)}`))
    },
    phase: ({ phase, endMs }) => thread?.post({ edge: `${phase}-${endMs === undefined ? 'start' : 'end'}` }),
    stop: async () => {
      await thread?.stop()
      return undefined
    },
  }
}

interface SamplerThread {
  post(message: SamplerMessage): void
  /** Resolves when the thread is gone; one that does not end in time is ended. */
  stop(): Promise<void>
}

/** Resolves once it samples, or has failed, or takes too long to wait for. */
async function startSamplerThread(
  workerData: SamplerThreadData,
  onFailure: (why: string) => void,
): Promise<SamplerThread> {
  const worker = new Worker(new URL('./sampler-thread.ts', import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMib },
  })
  const isGone = once(worker, 'exit').then(
    () => {},
    () => {},
  )
  let isStopping = false
  worker.on('error', (error) => {
    if (!isStopping) onFailure(error.message)
  })
  const isReady = new Promise<void>((resolve) => {
    worker.on('message', (report: SamplerReport) => {
      if ('failure' in report) onFailure(report.failure)
      resolve()
    })
  })
  await within(startPatienceMs, Promise.race([isReady, isGone]))
  return {
    post: (message) => worker.postMessage(message),
    stop: async () => {
      isStopping = true
      worker.postMessage({ stop: { patienceMs: lastPagesMs } } satisfies SamplerMessage)
      await within(lastPagesMs + endPatienceMs, isGone)
      await worker.terminate()
    },
  }
}

/** Pages are bounded, and so is what is remembered of them. */
const maxHeapMib = 512
const startPatienceMs = 5_000
/** Pages that show the end of the run may take so long. */
const lastPagesMs = 2_000
const endPatienceMs = 2_000

async function within(ms: number, end: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  await Promise.race([end, promise])
  clearTimeout(timer)
}
