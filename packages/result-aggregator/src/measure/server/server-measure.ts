import {
  type Amount,
  amounts,
  type Level,
  type SamplesHead,
  type ServerLatency,
  type ServerMetricsLine,
} from '@reprise/telemetry'
import type { SampledSource, ServerLevel, ServerSide } from '../../result/server-side.ts'
import { type HistogramRise, histogramFigures } from './histogram-figures.ts'
import { type JointLevel, joinLevels, levelFigures } from './level-figures.ts'
import { SourceMeasure } from './source-measure.ts'
import { lengthMs, type TimeWindow } from './time-windows.ts'

/** Measures what the server told of itself, in one pass over the lines of `server-metrics.jsonl`. */
export class ServerMeasure {
  readonly #windows: readonly TimeWindow[]
  readonly #sources = new Map<string, SourceMeasure>()
  #inOrder: SourceMeasure[] = []
  #intervalMs: number | undefined
  #loggedPoolTokens: number | undefined
  #hasEnd = false
  #isFull = false

  /** `windows`: those in which tokens count for throughput, each with its end. */
  constructor(windows: readonly TimeWindow[]) {
    this.#windows = windows
  }

  /** @throws RangeError for a line that no sampler wrote. */
  add(line: ServerMetricsLine): void {
    if ('schema' in line) this.#begin(line)
    else if ('end' in line) this.#hasEnd = true
    else if ('full' in line) this.#isFull = true
    else {
      const source = this.#inOrder[line.source]
      if (!source) throw new RangeError(`no source has the number ${line.source}`)
      if ('movedTo' in line) source.moved(line.movedTo)
      else if ('problem' in line) source.problem(line)
      else source.sample(line)
    }
  }

  /** A level over the whole run, where it is known; for whoever draws it. */
  jointLevel(what: Level): JointLevel[] {
    return joinLevels(this.#telling((source) => source.level(what).length > 0).map((source) => source.level(what)))
  }

  /** `undefined` where nothing was sampled. */
  result(): ServerSide | undefined {
    if (this.#intervalMs === undefined) return undefined
    const windowMs = lengthMs(this.#windows)
    const said = {
      sources: this.#facts(),
      intervalMs: this.#intervalMs,
      ...(!this.#hasEnd && { endedEarly: true as const }),
      ...(this.#isFull && { full: true as const }),
    }
    return windowMs > 0 ? { ...said, windowMs, ...this.#figures(windowMs) } : said
  }

  #begin({ intervalMs, sources, kvPool }: SamplesHead): void {
    this.#loggedPoolTokens = kvPool?.tokens ?? this.#loggedPoolTokens
    this.#intervalMs = intervalMs
    this.#hasEnd = false
    const holdsMs = Math.max(longestGapMs, 3 * intervalMs)
    this.#inOrder = sources.map((source) => {
      const known = this.#sources.get(source.url) ?? new SourceMeasure(source, { windows: this.#windows, holdsMs })
      this.#sources.set(source.url, known)
      known.beginAttempt()
      return known
    })
  }

  #facts(): SampledSource[] {
    const all = [...this.#sources.values()]
    return all.map((source) => {
      const first = firstAlike(source, all)
      return { ...source.facts(), ...(first !== source && { sameAs: all.indexOf(first) }) }
    })
  }

  /** Sources that tell a thing, each process once; where an engine tells it, those in front of it are not asked. */
  #telling(tells: (source: SourceMeasure) => boolean): SourceMeasure[] {
    const all = [...this.#sources.values()]
    const telling = all.filter((source) => firstAlike(source, all) === source && tells(source))
    const engines = telling.filter((source) => source.seat()?.seat === 'engine')
    return engines.length > 0 ? engines : telling
  }

  #figures(windowMs: number): Partial<ServerSide> {
    const told = new Map<Amount, number>()
    for (const what of amounts) {
      const each = this.#telling((source) => source.amount(what) !== undefined).map((source) => source.amount(what)!)
      if (each.length > 0) told.set(what, Math.round(each.reduce((sum, one) => sum + one, 0)))
    }
    const levels = this.#levels()
    const covered = levels.map(({ figures }) => figures?.coveredMs ?? 0)
    const pools = this.#telling((source) => source.poolTokens() !== undefined).map((source) => source.poolTokens()!)
    // A page tells of the engines that run; a log of those that its launch began.
    const poolTokens = pools.length > 0 ? pools.reduce((sum, each) => sum + each, 0) : this.#loggedPoolTokens
    const prompt = promptOf(told)
    const latency = this.#latencies()
    return {
      ...(covered.length > 0 && { coveredShare: Math.min(...covered) / windowMs }),
      ...amountOf('promptTokens', told),
      ...amountOf('generatedTokens', told),
      ...(prompt && { prompt }),
      ...amountOf('preemptions', told),
      ...amountOf('finishedRequests', told),
      ...Object.fromEntries(levels.flatMap(({ what, figures }) => (figures ? [[what, bare(figures)]] : []))),
      ...(poolTokens !== undefined && { kvPoolTokens: poolTokens }),
      ...(latency && { latency }),
    }
  }

  #levels() {
    return (['running', 'waiting', 'kvUse', 'hostKvUse'] as const)
      .map((what) => ({ what, joint: this.jointLevel(what) }))
      .filter(({ joint }) => joint.length > 0)
      .map(({ what, joint }) => {
        const as = what === 'running' || what === 'waiting' ? ('sum' as const) : ('mean' as const)
        return { what, figures: levelFigures(joint, { windows: this.#windows, as }) }
      })
  }

  #latencies(): ServerSide['latency'] {
    const found = (['ttft', 'e2e', 'queue', 'prefill', 'decode', 'itl'] as const).flatMap((what) => {
      const figures = histogramFigures(this.#rise(what))
      return figures ? [[what, figures] as const] : []
    })
    return found.length > 0 ? Object.fromEntries(found) : undefined
  }

  #rise(what: ServerLatency): HistogramRise {
    const rises = this.#telling((source) => source.latency(what) !== undefined).map((source) => source.latency(what)!)
    const buckets = new Map<number, number>()
    for (const rise of rises)
      for (const [bound, below] of rise.buckets) buckets.set(bound, (buckets.get(bound) ?? 0) + below)
    const sum = (of: 'sumS' | 'count') => rises.reduce((total, rise) => total + rise[of], 0)
    return { buckets, sumS: sum('sumS'), count: sum('count') }
  }
}

/** As with power: what is unknown for longer is not guessed. */
const longestGapMs = 3_000

function firstAlike(source: SourceMeasure, all: readonly SourceMeasure[]): SourceMeasure {
  const print = source.fingerprint()
  return print === undefined ? source : all.find((each) => each.fingerprint() === print)!
}

/** By tokens where the server tells their sources, else by lookups, which count a request that waits again and again. */
function promptOf(told: ReadonlyMap<Amount, number>): ServerSide['prompt'] {
  const local = told.get('localHitTokens')
  if (local !== undefined) {
    const external = told.get('externalHitTokens')
    const hits = local + (external ?? 0)
    const whole = told.get('promptTokens')
    const computed = told.get('computedTokens') ?? (whole === undefined ? undefined : Math.max(0, whole - hits))
    return {
      by: 'tokens',
      ...(computed !== undefined && { computedTokens: computed }),
      localHitTokens: local,
      ...(external !== undefined && { externalHitTokens: external }),
      ...(computed !== undefined && hits + computed > 0 && { hitRate: hits / (hits + computed) }),
    }
  }
  const looked = told.get('lookupTokens')
  const found = told.get('lookupHitTokens')
  if (looked === undefined || found === undefined) return undefined
  const external = told.get('externalLookupHitTokens')
  const hits = found + (external ?? 0)
  return {
    by: 'lookups',
    computedTokens: Math.max(0, looked - hits),
    localHitTokens: found,
    ...(external !== undefined && { externalHitTokens: external }),
    ...(looked > 0 && { hitRate: Math.min(1, hits / looked) }),
  }
}

function amountOf<What extends Amount>(what: What, told: ReadonlyMap<Amount, number>): Partial<Record<What, number>> {
  const amount = told.get(what)
  return (amount === undefined ? {} : { [what]: amount }) as Partial<Record<What, number>>
}

function bare({ mean, p90, max }: ServerLevel): ServerLevel {
  return { mean, p90, max }
}
