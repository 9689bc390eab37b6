import type { PhaseSpan } from '@reprise/replay-engine'
import { quantile } from '@reprise/trace/quantile'
import { timePerOutputToken } from '../../../measure/time-per-token.ts'
import { timeToFirstToken } from '../../../measure/time-to-first-token.ts'
import type { TimelineLevel } from '../../../timeline/timeline-source.ts'
import type { RunSeries, SeriesName } from '../client/run-series.ts'
import type { ReportRequest } from './report-run.ts'
import { SourceSteps } from './source-steps.ts'

const STEPS = 60

/**
 * A run over its time: latencies, prompt length and hits of the requests that were sent in each step, requests in flight and tokens that came in it,
 * and what the server told of its queue and its memory. Tokens of a reply are spread evenly from the first to the last. `undefined` of a run
 * that lasted no time.
 */
export function runSeries(
  requests: readonly ReportRequest[],
  {
    phases,
    levels = [],
  }: { readonly phases: readonly PhaseSpan[]; readonly levels?: readonly TimelineLevel[] | undefined },
): RunSeries | undefined {
  const endMs = phases.reduce(
    (most, phase) => Math.max(most, phase.endMs ?? 0),
    requests.reduce((most, { doneMs }) => Math.max(most, doneMs), 0),
  )
  if (!(endMs > 0)) return undefined
  const stepMs = endMs / STEPS
  const steps = new Steps(stepMs)
  for (const request of requests) steps.add(request)
  const told = Object.fromEntries(
    levels.flatMap((level) => {
      const name = levelNames[level.name]
      return name ? [[name, levelMeans(level, stepMs)]] : []
    }),
  )
  return { stepMs: rounded(stepMs), lines: { ...steps.lines(), ...told } }
}

const levelNames: Readonly<Record<string, SeriesName>> = {
  'running (server)': 'serverRunning',
  'waiting (server)': 'serverWaiting',
  'KV cache in use (server)': 'kvUse',
  'power of a GPU, mean': 'gpuPowerW',
  'power of a GPU, least': 'gpuPowerLeastW',
  'power of a GPU, most': 'gpuPowerMostW',
}

class Steps {
  readonly #stepMs: number
  readonly #ttfts: number[][] = Array.from({ length: STEPS }, () => [])
  readonly #tpots: number[][] = Array.from({ length: STEPS }, () => [])
  readonly #busyMs = new Float64Array(STEPS)
  readonly #tokens = new Float64Array(STEPS)
  readonly #sent = new Float64Array(STEPS)
  readonly #input = new Float64Array(STEPS)
  readonly #inputs: number[][] = Array.from({ length: STEPS }, () => [])
  readonly #sources = new SourceSteps(STEPS)
  readonly #heldTokens = new Float64Array(STEPS)
  readonly #known = new Float64Array(STEPS)
  readonly #cached = new Float64Array(STEPS)

  constructor(stepMs: number) {
    this.#stepMs = stepMs
  }

  add(request: ReportRequest): void {
    const { sentMs, doneMs, firstTokenMs, lastTokenMs, outputTokens, cachedTokens, plannedInputTokens, outcome } =
      request
    if (sentMs === undefined) return
    const at = this.#stepOf(sentMs)
    const input = request.inputTokens ?? plannedInputTokens
    this.#sent[at]! += 1
    this.#input[at]! += input
    this.#inputs[at]!.push(input)
    if (cachedTokens !== undefined) {
      this.#known[at]! += input
      this.#cached[at]! += cachedTokens
      this.#sources.add(at, { ...request, inputTokens: input, cachedTokens })
    }
    const span = { fromMs: sentMs, toMs: doneMs }
    this.#spread(this.#busyMs, { ...span, amount: doneMs - sentMs })
    this.#spread(this.#heldTokens, { ...span, amount: (doneMs - sentMs) * input })
    if (firstTokenMs !== undefined && outputTokens !== undefined)
      this.#spread(this.#tokens, { fromMs: firstTokenMs, toMs: lastTokenMs ?? firstTokenMs, amount: outputTokens })
    if (outcome.kind !== 'ok') return
    const [ttft, tpot] = [timeToFirstToken(request), timePerOutputToken(request)]
    if (ttft !== undefined) this.#ttfts[at]!.push(ttft)
    if (tpot !== undefined) this.#tpots[at]!.push(tpot)
  }

  lines(): RunSeries['lines'] {
    const per = (sums: Float64Array, counts: Float64Array) =>
      Array.from(sums, (sum, i) => (counts[i]! > 0 ? rounded(sum / counts[i]!) : -1))
    return {
      ttftP50Ms: this.#ttfts.map((values) => percentile(values, 0.5)),
      ttftP90Ms: this.#ttfts.map((values) => percentile(values, 0.9)),
      tpotP50Ms: this.#tpots.map((values) => percentile(values, 0.5)),
      inFlight: Array.from(this.#busyMs, (ms) => rounded(ms / this.#stepMs)),
      outputPerS: Array.from(this.#tokens, (tokens) => rounded((tokens / this.#stepMs) * 1_000)),
      inputTokens: per(this.#input, this.#sent),
      inputP10Tokens: this.#inputs.map((values) => percentile(values, 0.1)),
      inputP90Tokens: this.#inputs.map((values) => percentile(values, 0.9)),
      tokensInFlight: Array.from(this.#heldTokens, (tokenMs) => rounded(tokenMs / this.#stepMs)),
      ...(this.#known.some((known) => known > 0) && { hitShare: per(this.#cached, this.#known) }),
      ...this.#sources.shares(),
    }
  }

  #stepOf(ms: number): number {
    return Math.min(STEPS - 1, Math.max(0, Math.floor(ms / this.#stepMs)))
  }

  /** What came evenly over a time, to the steps that it lies in; all to one where it lasted none. */
  #spread(into: Float64Array, { fromMs, toMs, amount }: { fromMs: number; toMs: number; amount: number }): void {
    const [first, last] = [this.#stepOf(fromMs), this.#stepOf(toMs)]
    if (toMs <= fromMs || first === last) {
      into[first]! += amount
      return
    }
    for (let step = first; step <= last; step += 1) {
      const within = Math.min(toMs, (step + 1) * this.#stepMs) - Math.max(fromMs, step * this.#stepMs)
      into[step]! += (amount * within) / (toMs - fromMs)
    }
  }
}

/** Means of a height that holds until it is told anew; a share where it is in percent. */
function levelMeans({ points, unit }: TimelineLevel, stepMs: number): number[] {
  const scale = unit === 'percent' ? 100 : 1
  return Array.from({ length: STEPS }, (_, step) => {
    const [fromMs, toMs] = [step * stepMs, (step + 1) * stepMs]
    let [sum, known] = [0, 0]
    for (const [i, { startMs, height, endMs }] of points.entries()) {
      const heldMs = endMs ?? points[i + 1]?.startMs ?? startMs + stepMs
      const within = Math.min(toMs, heldMs) - Math.max(fromMs, startMs)
      if (within <= 0) continue
      sum += height * within
      known += within
    }
    return known > 0 ? rounded(sum / known / scale) : -1
  })
}

function percentile(values: readonly number[], share: number): number {
  return values.length === 0 ? -1 : rounded(quantile(Float64Array.from(values).sort(), share)!)
}

/** Four significant figures, which a chart shows at most. */
function rounded(value: number): number {
  return Number(value.toPrecision(4))
}
