import type { QuantileCurve } from './quantile-curve.ts'
import type { RunSeries } from './run-series.ts'
import type { RunTableName, RunTableRows } from './run-tables.ts'
import type { SizeUnit } from './size-words.ts'

/** What the page's script is given: everything that the charts show, as JSON. Absent is absent, never null or 0. */
export interface ReportData {
  readonly schema: 'report/1'
  /** Points of a group are one curve: same model, engine, hardware and so on, differing in lanes. */
  readonly groups: readonly string[]
  /** Runs, by group, then by lanes. */
  readonly points: readonly ReportPoint[]
  /** In the same order. */
  readonly marks: readonly ReportMark[]
  /** Points that were measured at several revisions. Absent: none. */
  readonly trends?: readonly ReportTrend[]
  /** What a search found of how much a server holds. Absent: nobody searched. */
  readonly capacity?: ReportCapacity
  /** The bounds of a client's lateness, where all runs were judged by the same. */
  readonly lateness?: { readonly warn: number; readonly fail: number }
}

/** How many requests keep each objective, size by size. */
export interface ReportCapacity {
  readonly unit: string
  readonly objectives: readonly { readonly text: string; readonly wantedShare: number }[]
  readonly sizes: readonly {
    readonly size: number
    readonly verdict: 'keeps' | 'breaks' | 'unclear'
    /** In the order of the objectives. */
    readonly shares: readonly { readonly keptShare?: number; readonly uncertainty?: number }[]
  }[]
}

/** A mark of a chart: a run, or runs of one point that differ in their seeds alone. */
export interface ReportMark {
  readonly label: string
  /** Index in `groups`. */
  readonly group: number
  /** Alike for runs of the same work: only those share a frontier. */
  readonly workload: number
  /** How large its load is. */
  readonly lanes: number
  /** What that counts; absent: lanes. */
  readonly unit?: Exclude<SizeUnit, undefined>
  readonly gpus?: number
  readonly hardware?: string
  /** What an hour of a GPU costs, as the run was told. */
  readonly usdPerGpuHour?: number
  /** The worst of its runs. */
  readonly verdict: Verdict
  /** Indices in `points`. */
  readonly runs: readonly number[]
  /** Of several runs the geometric mean. */
  readonly figures: Figures
  /** 95 % intervals of those that have one. */
  readonly ends: Readonly<Partial<Record<FigureName, Ends>>>
  /** Requests behind each latency, of all its runs. */
  readonly n: Readonly<Partial<Record<LatencyName, number>>>
}

/** A point as it was measured at one revision after another. */
export interface ReportTrend {
  readonly name: string
  /** Index in `marks`, and what its revision is called. */
  readonly steps: readonly { readonly mark: number; readonly revision: string }[]
}

export type Verdict = 'valid' | 'indicative' | 'invalid'
export type ThroughputName = 'output' | 'freshInput' | 'input' | 'total'
export type LatencyName = 'ttft' | 'co_ttft' | 'tpot' | 'e2e' | 'interactivity' | 'e2e_interactivity'
export type PercentileName = 'p50' | 'p90' | 'p99'
/** Of a 95 % interval. */
export type Ends = readonly [low: number, high: number]

/** Throughput in tokens per second of the whole deployment, latencies in milliseconds, hits and the like as shares. */
export type FigureName =
  | ThroughputName
  | `${LatencyName}.${PercentileName}`
  | 'requestsPerS'
  | 'failedShare'
  | 'hitMeasured'
  | 'hitIdeal'
  | 'jobsPerHour'
  | 'jobsPerHourPerUser'
  | 'dispatchDelayP99Ms'
  | 'eventLoopDelayP99Ms'
  | ServerFigureName
/** What the server says of itself. */
export type ServerFigureName =
  | 'kvUseMean'
  | 'kvUseMax'
  | 'runningMean'
  | 'waitingMean'
  | 'waitingMax'
  | 'preemptions'
  | 'computedShare'
  | 'localHitShare'
  | 'externalHitShare'
  | 'serverTtftMs'
  | 'clientTtftMs'
  | 'queueMs'
  | 'meanW'
  | 'joulesPerOutputToken'
/** Those that are known. */
export type Figures = Readonly<Partial<Record<FigureName, number>>>

/** A run, for what shows one run alone. */
export interface ReportPoint {
  readonly label: string
  /** Index in `groups`. */
  readonly group: number
  readonly lanes: number
  readonly unit?: Exclude<SizeUnit, undefined>
  readonly verdict: Verdict
  readonly phases: readonly PhaseBand[]
  /** Where the run broke off and was resumed. */
  readonly breaksMs?: readonly number[]
  /** From when on it was level, on the run's clock; absent: from the start of its window, or nobody knows. */
  readonly settledMs?: number
  readonly details: RunDetails
  /** Those that have rows. */
  readonly tables: Readonly<Partial<Record<RunTableName, RunTableRows>>>
  readonly basis: RunBasis
  readonly quantiles: readonly QuantileCurve[]
  readonly series?: RunSeries
  readonly timeline: TimelineColumns
  readonly scatters: Readonly<Partial<Record<ScatterName, Scatter>>>
  readonly distributions: readonly Comparison[]
}

/** Two things of single requests, one over the other. */
export type ScatterName = 'ttftByFreshInput' | 'tpotByContext'

/** Places stand in the timeline. */
export interface Scatter {
  /** Requests of the run that have both. */
  readonly n: number
  /** Milliseconds: at 0 tokens, and for each more. Absent: too few requests to tell. */
  readonly line?: { readonly slope: number; readonly at0: number }
}

/** How much the figures of a run rest on. */
export interface RunBasis {
  /** Requests that ended well in the profiling phase. */
  readonly measured: number
  /** All that were sent, whatever the phase. */
  readonly sent: number
  readonly windowMs?: number
}

/** A run in words and figures, as they are shown. */
export interface RunDetails {
  readonly command: string
  readonly reasons: readonly string[]
  readonly facts: readonly (readonly [name: string, value: string])[]
  readonly totals: readonly (readonly [name: string, value: string])[]
  /** Name, unit, n, effective n, cut off, mean, p50, p75, p90, p95, p99, max, and p99 with failures. */
  readonly metrics: readonly (readonly string[])[]
}

export interface PhaseBand {
  readonly phase: 'warmup' | 'profiling' | 'drain'
  readonly startMs: number
  readonly endMs?: number
}

/**
 * The requests of a point as columns, sorted by lane and begin; instants and times in tenths of a millisecond.
 * `-1` stands for what did not happen, since every true value is at least 0.
 */
export interface TimelineColumns {
  readonly rows: number
  /** Requests of the run; more than `rows` where lanes were left out to keep the page small. */
  readonly requests: number
  /** Lane and number of rows, in the order of the rows. */
  readonly lanes: readonly (readonly [lane: number, rows: number])[]
  readonly lanesInRun: number
  readonly traces: readonly string[]
  readonly sessions: readonly SessionName[]
  /** Sent, or due where it never was: the difference to the row before in the lane. */
  readonly begin: readonly number[]
  /** From due to sent. */
  readonly late: readonly number[]
  /** From sent to the first token. */
  readonly wait: readonly number[]
  /** From the first token to the last. */
  readonly decode: readonly number[]
  /** From the last thing seen to the end of the reply. */
  readonly rest: readonly number[]
  readonly play: readonly number[]
  /** Index in `sessions`. */
  readonly session: readonly number[]
  readonly turn: readonly number[]
  readonly input: readonly number[]
  readonly output: readonly number[]
  readonly cached: readonly number[]
  /** Time per output token, in microseconds. */
  readonly pace: readonly number[]
  /** A letter per row: w, p or d. */
  readonly phase: string
  /** A letter per row: o(k), f(ailed), t(runcated) or c(ancelled). */
  readonly outcome: string
  /** Why, by row number, where there is something to say. */
  readonly messages: Readonly<Record<string, string>>
}

export interface SessionName {
  readonly id: string
  /** Index in `traces`. */
  readonly trace: number
  /** Id of the session that started it; absent for a root, and where the plan is not at hand. */
  readonly parent?: string
  readonly root: boolean
}

/** One quantity as it was replayed and as the plan has it. */
export interface Comparison {
  readonly name: 'input' | 'output' | 'think' | 'turns'
  readonly replayed?: Histogram
  readonly planned?: Histogram
}

/** Counts in bins that double: bin k holds values from 2^k up to, not with, 2^(k+1). */
export interface Histogram {
  readonly n: number
  readonly mean: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly max: number
  /** Values of 0. */
  readonly zeros: number
  /** Exponent of the first bin. */
  readonly first: number
  readonly counts: readonly number[]
}
