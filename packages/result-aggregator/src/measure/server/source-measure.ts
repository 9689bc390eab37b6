import {
  type Amount,
  type Level,
  type MetricsSource,
  type ProblemLine,
  type SampleLine,
  type SeriesRole,
  type ServerLatency,
  SourcePages,
  seriesRoles,
} from '@reprise/telemetry'
import { quantile } from '@reprise/trace/quantile'
import type { SampledSource } from '../../result/server-side.ts'
import { CountedSeries } from './counted-series.ts'
import type { HistogramRise } from './histogram-figures.ts'
import type { LevelSpan } from './level-figures.ts'
import type { TimeWindow } from './time-windows.ts'

interface Series {
  readonly roles: readonly SeriesRole[]
  readonly counted?: CountedSeries
  /** Absent where the last page does not have it. */
  value?: number | undefined
}

type Told<Kind extends SeriesRole['kind']> = Extract<SeriesRole, { kind: Kind }>

/** One source over a whole run, page after page. */
export class SourceMeasure {
  readonly #source: MetricsSource
  readonly #windows: readonly TimeWindow[]
  readonly #holdsMs: number
  readonly #series = new Map<string, Series>()
  /** Those that tell anything: a few of the many. */
  readonly #telling: Series[] = []
  readonly #spans = new Map<Level, LevelSpan[]>()
  readonly #lateMs: number[] = []
  readonly #tookMs: number[] = []
  readonly #problems = new Map<ProblemLine['problem'], number>()
  #pages = new SourcePages()
  #isFirst = true
  #newInAttempt = 0
  #lastMs: number | undefined
  #samples = 0
  #left = 0
  #resets = 0
  #duplicates = 0
  #firstProblem: string | undefined
  #movedTo: string | undefined

  /** `holdsMs`: how long a height is believed when no page comes after it. */
  constructor(source: MetricsSource, { windows, holdsMs }: { windows: readonly TimeWindow[]; holdsMs: number }) {
    this.#source = source
    this.#windows = windows
    this.#holdsMs = holdsMs
  }

  /** Another attempt of the run begins: series are numbered anew, and what was counted between is nobody's. */
  beginAttempt(): void {
    this.#pages = new SourcePages()
    this.#isFirst = true
    this.#newInAttempt = 0
    this.#lastMs = undefined
    for (const series of this.#series.values()) series.value = undefined
  }

  moved(url: string): void {
    this.#movedTo = url
  }

  problem({ problem, detail, left = 0, lateMs }: ProblemLine): void {
    this.#problems.set(problem, (this.#problems.get(problem) ?? 0) + 1)
    this.#firstProblem ??= detail ?? problem
    this.#left += left
    if (lateMs !== undefined) this.#lateMs.push(lateMs)
  }

  /** @throws RangeError for a line that no sampler wrote. */
  sample(line: SampleLine): void {
    const { atMs, tookMs, lateMs, left = 0, duplicates = 0 } = line
    this.#samples += 1
    this.#left += left
    this.#duplicates = Math.max(this.#duplicates, duplicates)
    this.#tookMs.push(tookMs)
    if (lateMs !== undefined) this.#lateMs.push(lateMs)
    this.#endSpans(atMs)
    const since = { startMs: this.#lastMs ?? atMs, endMs: atMs }
    let isReset = false
    for (const { key, value } of this.#pages.changes(line)) isReset = this.#change(key, value, since) || isReset
    if (isReset) this.#resets += 1
    this.#isFirst = false
    this.#lastMs = atMs
    for (const level of levels) this.#hold(level, atMs)
  }

  /** Whether a counter began anew. */
  #change(key: string, value: number | undefined, since: TimeWindow): boolean {
    const known = this.#series.get(key)
    if (!known) {
      this.#newInAttempt += 1
      if (this.#newInAttempt > mostSeries) throw new RangeError(`more than ${mostSeries} series of one source`)
      const series = this.#first(key, value, since)
      this.#series.set(key, series)
      if (series.roles.length > 0) this.#telling.push(series)
      return false
    }
    known.value = value
    if (value === undefined || !known.counted) return false
    if (!this.#isFirst) return known.counted.next(value, since, this.#windows)
    known.counted.beginAnew(value)
    return false
  }

  #first(key: string, value: number | undefined, since: TimeWindow): Series {
    const roles = seriesRoles(key)
    if (!roles.some(({ kind }) => kind === 'amount' || kind === 'latency')) return { roles, value }
    // On a later page it is new: a counter with labels comes into being with its first count.
    const counted = new CountedSeries(this.#isFirst ? (value ?? 0) : 0)
    if (!this.#isFirst && value !== undefined) counted.next(value, since, this.#windows)
    return { roles, value, counted }
  }

  #endSpans(atMs: number): void {
    for (const spans of this.#spans.values()) {
      const last = spans.at(-1)
      if (last) spans[spans.length - 1] = { ...last, endMs: Math.min(last.endMs, atMs) }
    }
  }

  #hold(what: Level, atMs: number): void {
    const groups = this.#perGroup('level', what, ({ value }) => value)
    if (groups.length === 0) return
    const span = {
      startMs: atMs,
      endMs: atMs + this.#holdsMs,
      sum: groups.reduce((sum, each) => sum + each, 0),
      engines: groups.length,
      max: Math.max(...groups),
    }
    const spans = this.#spans.get(what)
    if (spans) spans.push(span)
    else this.#spans.set(what, [span])
  }

  /** A value of each engine: the largest that one of its ranks tells, by the best way that the source has to tell it. */
  #perGroup(kind: 'amount' | 'level', what: Amount | Level, valueIn: (series: Series) => number | undefined): number[] {
    const told = this.#told(kind).filter(({ role }) => role.what === what)
    const best = Math.min(...told.map(({ role }) => role.rank))
    const groups = new Map<string, number>()
    for (const { role, series } of told) {
      const value = role.rank === best ? valueIn(series) : undefined
      if (value === undefined || !Number.isFinite(value)) continue
      groups.set(role.group, Math.max(groups.get(role.group) ?? Number.NEGATIVE_INFINITY, value))
    }
    return [...groups.values()]
  }

  #told<Kind extends SeriesRole['kind']>(kind: Kind): { role: Told<Kind>; series: Series }[] {
    const found: { role: Told<Kind>; series: Series }[] = []
    for (const series of this.#telling)
      for (const role of series.roles) if (role.kind === kind) found.push({ role: role as Told<Kind>, series })
    return found
  }

  /** How much was counted in the windows, over its engines; `undefined` where it does not tell. */
  amount(what: Amount): number | undefined {
    const groups = this.#perGroup('amount', what, ({ counted }) => counted?.inWindows)
    return groups.length === 0 ? undefined : groups.reduce((sum, each) => sum + each, 0)
  }

  /** In the order of time; none where it does not tell. */
  level(what: Level): readonly LevelSpan[] {
    return this.#spans.get(what) ?? []
  }

  latency(what: ServerLatency): HistogramRise | undefined {
    const told = this.#told('latency').filter(({ role }) => role.what === what)
    if (told.length === 0) return undefined
    const best = Math.min(...told.map(({ role }) => role.rank))
    const buckets = new Map<number, number>()
    const whole = { sum: 0, count: 0 }
    for (const { role, series } of told) {
      const rise = series.counted?.inWindows ?? 0
      if (role.rank !== best) continue
      if (typeof role.part === 'number') buckets.set(role.part, (buckets.get(role.part) ?? 0) + rise)
      else whole[role.part] += rise
    }
    return { buckets, sumS: whole.sum, count: whole.count }
  }

  /** Tokens of its KV caches, those of a rank told once. */
  poolTokens(): number | undefined {
    const sizes = this.#told('pool').flatMap(({ role, series }) => role.tokens ?? series.value ?? [])
    const sum = sizes.filter(Number.isFinite).reduce((total, each) => total + each, 0)
    return sum > 0 ? Math.round(sum) : undefined
  }

  /** The engine whose names it has, one that computes before one that passes on. */
  seat(): Pick<SeriesRole, 'engine' | 'seat'> | undefined {
    const roles = this.#telling.flatMap((series) => series.roles)
    return roles.find(({ seat }) => seat === 'engine') ?? roles[0]
  }

  /** What only this process has: when it and its counters came into being. `undefined` where its page does not tell. */
  fingerprint(): string | undefined {
    const born = [...this.#series].filter(([key]) => /^process_start_time_seconds\b|_created(\{|$)/.test(key))
    return born.length === 0 ? undefined : JSON.stringify(born.map(([key, { value }]) => [key, value ?? 0]).sort())
  }

  facts(): SampledSource {
    const engine = this.seat()?.engine
    return {
      url: this.#source.url,
      found: this.#source.found,
      ...(this.#movedTo !== undefined && { movedTo: this.#movedTo }),
      ...(engine !== undefined && { engine }),
      samples: this.#samples,
      series: this.#series.size,
      ...(this.#problems.size > 0 && { problems: Object.fromEntries(this.#problems) }),
      ...(this.#firstProblem !== undefined && { firstProblem: this.#firstProblem }),
      ...(this.#left > 0 && { left: this.#left }),
      ...spread('lateMs', this.#lateMs),
      ...spread('tookMs', this.#tookMs),
      ...(this.#resets > 0 && { resets: this.#resets }),
      ...(this.#duplicates > 0 && { duplicates: this.#duplicates }),
    }
  }
}

/** New ones of one attempt: a sampler takes no more of a source that labels its series anew all the time. */
const mostSeries = 200_000

const levels: readonly Level[] = ['running', 'waiting', 'kvUse', 'hostKvUse']

function spread<Name extends 'lateMs' | 'tookMs'>(name: Name, values: readonly number[]): Pick<SampledSource, Name> {
  const sorted = Float64Array.from(values).sort()
  const [p50, p99, max] = [quantile(sorted, 0.5), quantile(sorted, 0.99), sorted.at(-1)]
  const known = p50 !== undefined && p99 !== undefined && max !== undefined
  return (known ? { [name]: { p50, p99, max } } : {}) as Pick<SampledSource, Name>
}
