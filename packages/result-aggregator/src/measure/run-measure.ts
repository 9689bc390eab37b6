import {
  type PhaseSpan,
  type Plan,
  type RequestRecord,
  type RunEnd,
  type StopCause,
  slotsOfShard,
} from '@reprise/replay-engine'
import type { ClientHealth } from '../result/client-health.ts'
import type { EngineModel } from '../result/engine-model.ts'
import type { FidelityFacts } from '../result/fidelity.ts'
import type { Slo } from '../result/goodput.ts'
import { defaultLimits, type Limits } from '../result/limits.ts'
import type { Precision } from '../result/precision.ts'
import type { Result } from '../result/result.ts'
import type { RunHeader } from '../result/run-header.ts'
import type { ServerSide } from '../result/server-side.ts'
import { ArrivalMeter } from './arrivals.ts'
import { BreakdownMeter } from './breakdown.ts'
import { CacheHitMeter } from './cache-hit.ts'
import { ColdStartMeter } from './cold-starts.ts'
import { CountMeter } from './counts.ts'
import { hasFallenBehind } from './fallen-behind.ts'
import { GoodputMeter } from './goodput.ts'
import { IgnoredUsageMeter } from './ignored-usage.ts'
import { JobMeter, type JobScale } from './jobs.ts'
import { MetricMeter } from './metric-meter.ts'
import { plausibleUsage } from './plausible-usage.ts'
import { PlayNumbers } from './play-numbers.ts'
import { PlayTimes } from './play-times.ts'
import type { PowerMeasure } from './power/power-measure.ts'
import { profilingWindows } from './profiling-windows.ts'
import { ReplyShapeMeter } from './reply-shape.ts'
import { RequestRows } from './request-rows.ts'
import { besideClient } from './server/beside-client.ts'
import { SettlingMeter } from './settling-meter.ts'
import { SteadinessMeter } from './steadiness.ts'
import { submissionOf } from './submission.ts'
import { ThroughputMeter } from './throughput.ts'
import { TokenAgreementMeter } from './token-agreement.ts'
import { judge } from './validity.ts'

/** What is known once the last record is in. */
export interface RunOutcome {
  /** Absent: the run left no word of its end. */
  readonly ended?: RunEnd | undefined
  /** Only of a run that was given up. */
  readonly stoppedBy?: StopCause | undefined
  readonly precision?: Precision | undefined
  readonly health?: ClientHealth | undefined
  /** Lines of the record file that could not be read. */
  readonly unreadableLines?: number | undefined
  /** Where it broke off and was resumed. */
  readonly resumed?: Result['completeness']['resumed']
  readonly limits?: Limits | undefined
  /** Of a run that was held against the traces that it plays. */
  readonly fidelity?: FidelityFacts | undefined
  /** What the server told of itself. */
  readonly server?: ServerSide | undefined
  /** What the model of an engine counted that answered. */
  readonly engineModel?: EngineModel | undefined
  /** What its accelerators drew. */
  readonly power?: PowerMeasure | undefined
}

/**
 * Measures a run in one pass over its records, in any order. Keeps numbers, never records: a few dozen bytes a request,
 * and eight more for each chunk where arrivals were kept.
 */
export class RunMeasure {
  readonly #header: RunHeader
  readonly #counts = new CountMeter()
  readonly #rows: RequestRows
  readonly #playTimes = new PlayTimes()
  readonly #metrics = new MetricMeter()
  readonly #throughput: ThroughputMeter | undefined
  readonly #windowClosed: boolean
  readonly #cacheHit = new CacheHitMeter()
  readonly #ignoredUsage = new IgnoredUsageMeter()
  readonly #inputTokens: TokenAgreementMeter
  readonly #outputTokens = new TokenAgreementMeter()
  readonly #replyShape = new ReplyShapeMeter()
  readonly #steadiness: SteadinessMeter | undefined
  readonly #settling: SettlingMeter | undefined
  readonly #arrivals: ArrivalMeter | undefined
  readonly #breakdown: BreakdownMeter
  readonly #coldStarts = new ColdStartMeter()
  readonly #jobs: JobMeter | undefined
  readonly #goodput: GoodputMeter | undefined

  /** `plan`: what the sessions of a tree are; without it whole jobs are not told. `slo`: instead of what the header says. */
  constructor({
    header,
    phases,
    plan,
    slo = header.slo,
  }: {
    readonly header: RunHeader
    readonly phases: readonly PhaseSpan[]
    readonly plan?: Plan | undefined
    readonly slo?: Slo | undefined
  }) {
    this.#header = header
    this.#inputTokens = new TokenAgreementMeter({ leastTokens: header.target.leastPromptTokens })
    const planned = ownArrivals(header)
    const lateMs = defaultLimits.dispatchDelayP99Ms.warn
    this.#arrivals = planned === undefined ? undefined : new ArrivalMeter({ planned, lateMs })
    const windows = profilingWindows(header.plan.load, phases)
    this.#windowClosed = phases.findLast(({ phase }) => phase === 'profiling')?.endMs !== undefined
    const numbers = new PlayNumbers()
    this.#rows = new RequestRows(windows, numbers)
    this.#throughput = windows.length > 0 ? new ThroughputMeter(windows, numbers) : undefined
    const hasEnd = windows.length > 0 && windows.every(({ endMs }) => endMs !== Infinity)
    this.#steadiness = hasEnd ? new SteadinessMeter(windows) : undefined
    this.#settling = hasEnd ? new SettlingMeter(windows) : undefined
    this.#breakdown = new BreakdownMeter(plan)
    this.#jobs = plan && windows.length > 0 ? new JobMeter({ plan, windows, scale: jobScale(header) }) : undefined
    this.#goodput = slo && new GoodputMeter({ slo, windows })
  }

  add(told: RequestRecord): void {
    const record = plausibleUsage(told)
    this.#counts.add(record)
    this.#arrivals?.add(record)
    this.#playTimes.add(record)
    if (record.phase !== 'profiling') return
    this.#rows.add(record)
    this.#metrics.add(record)
    this.#throughput?.add(record)
    this.#steadiness?.add(record)
    this.#settling?.add(record)
    this.#cacheHit.add(record)
    this.#ignoredUsage.add(record)
    this.#breakdown.add(record)
    this.#coldStarts.add(record)
    this.#jobs?.add(record)
    this.#goodput?.add(record)
    if (record.outcome.kind === 'ok') this.#addTokens(record)
  }

  /** A request that another part of the run is measured by: what it yields in the windows of this one counts for throughput alone. */
  addYield(told: RequestRecord): void {
    this.#throughput?.add(plausibleUsage(told))
  }

  result({
    ended,
    stoppedBy,
    precision,
    health,
    unreadableLines = 0,
    resumed,
    limits = defaultLimits,
    fidelity,
    server,
    engineModel,
    power,
  }: RunOutcome = {}): Result {
    const { identity, plan, shard, shards } = this.#header
    const ignoredUsage = this.#ignoredUsage.result()
    const wholeWindow = ended === 'window' || this.#windowClosed
    const counts = this.#counts.result(plan.leftOut.length)
    const fellBehind = hasFallenBehind({ counts })
    const playTimes = this.#arrivals ? 'open' : this.#playTimes
    const throughput = this.#throughput?.result(wholeWindow, { playTimes, fellBehind })
    const clusters = throughput && this.#rows.clusters({ measuredMs: throughput.windowMs, fellBehind })
    const metrics = this.#metrics.result(clusters)
    const coldStarts = this.#coldStarts.result()
    const steadiness = wholeWindow ? this.#steadiness?.result() : undefined
    const settling = wholeWindow ? this.#settledFigures() : undefined
    const drawn = power?.result({ gpus: identity.gpus, throughput })
    const measured = {
      load: plan.load,
      completeness: {
        ended: ended ?? ('killed' as const),
        ...(stoppedBy && { stoppedBy }),
        unreadableLines,
        ...(resumed && { resumed }),
        ...(precision && { precision }),
        ...(shard && { shard }),
        ...(shards && { shards }),
      },
      counts,
      ...(this.#arrivals && { arrivals: this.#arrivals.result() }),
      metrics,
      ...(throughput && { throughput }),
      cacheHit: this.#cacheHit.result(clusters),
      inputTokens: this.#inputTokens.result(),
      ...(ignoredUsage && { ignoredUsage }),
      outputTokens: { ...this.#outputTokens.result(), ...this.#replyShape.result() },
      ...(steadiness && { steadiness }),
      ...(settling && { settling }),
      breakdown: this.#breakdown.result((name) => this.#metrics.valuesOf(name)),
      ...(coldStarts && { coldStarts }),
      ...this.#outcomes(throughput?.windowMs, wholeWindow),
      clientHealth: clientHealthOf(metrics, health),
      ...(server && { server: besideClient(server, metrics) }),
      ...(engineModel && { engineModel }),
      ...(drawn && { power: drawn }),
    }
    const evidence = { ...measured, header: this.#header, coverage: this.#throughput?.coverage() }
    const submission = submissionOf(evidence)
    return {
      schema: 'result/1',
      identity,
      provenance: provenanceOf(this.#header),
      ...measured,
      ...(fidelity && { fidelity }),
      validity: judge(evidence, limits),
      ...(submission && { submission }),
    }
  }

  /** What became of whole jobs, and of requests by the objectives. */
  #outcomes(windowMs: number | undefined, wholeWindow: boolean): Pick<Result, 'jobs' | 'goodput'> {
    const endMs = this.#throughput?.endMs(wholeWindow)
    const jobs = endMs === undefined ? undefined : this.#jobs?.result({ endMs, windowMs })
    const goodput = this.#goodput?.result({ windowMs, gpus: this.#header.identity.gpus })
    return { ...(jobs && { jobs }), ...(goodput && { goodput }) }
  }

  /** When the run had settled, and what its figures would be from then on. */
  #settledFigures(): Result['settling'] {
    const settling = this.#settling?.result()
    if (!settling || settling.cutMs === 'not-reached' || settling.cutMs === 0) return settling
    const { cutMs } = settling
    const since = this.#metrics.since(this.#rows.sentMs(), cutMs)
    const output = this.#throughput?.outputSince(cutMs)
    const figures = since && output !== undefined && { ...since, output }
    return { ...settling, ...(figures && { figures }) }
  }

  #addTokens(record: RequestRecord): void {
    const { id, plannedInputTokens, plannedOutputTokens, inputTokens, outputTokens } = record
    this.#inputTokens.add({ id, planned: plannedInputTokens, reported: inputTokens })
    this.#outputTokens.add({ id, planned: plannedOutputTokens, reported: outputTokens })
    this.#replyShape.add(record)
  }
}

function jobScale({ plan: { load }, identity: { gpus } }: RunHeader): JobScale {
  return { ...(load.kind === 'lanes' && { users: load.lanes }), gpus }
}

/** Undefined where the load is closed. */
function ownArrivals({ plan: { arrivals }, shard }: RunHeader): number | undefined {
  return arrivals === undefined ? undefined : slotsOfShard(arrivals, shard?.shard).length
}

function clientHealthOf(metrics: Result['metrics'], health: ClientHealth | undefined): Result['clientHealth'] {
  const delay = metrics.dispatch_delay
  const { p50, p99, max } = delay ?? {}
  const known = p50 !== undefined && p99 !== undefined && max !== undefined
  return { ...(known && { dispatchDelayMs: { p50, p99, max } }), ...health }
}

function provenanceOf(header: RunHeader): Result['provenance'] {
  const { plan, corpus, command, toolVersion, replaySemantics, commit, workflowRun, startedAt, target } = header
  return {
    seed: plan.seed,
    planDigest: plan.digest,
    corpusDigest: plan.corpusDigest,
    corpusOrigin: corpus.origin,
    ...(corpus.source !== undefined && { corpusSource: corpus.source }),
    ...(corpus.facts && { corpusFacts: corpus.facts }),
    command,
    preset: plan.preset,
    toolVersion,
    replaySemantics,
    ...(commit !== undefined && { commit }),
    ...(workflowRun !== undefined && { workflowRun }),
    ...(startedAt !== undefined && { startedAt }),
    target,
  }
}
