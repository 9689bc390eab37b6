import { type Estimate, isInterval } from '../../result/estimate.ts'
import { perGpu, renderShare, type SweepPoint } from '../sweep-point.ts'

/** A figure of a point that has an interval, or a reason why not. */
export interface EstimatedFigure {
  readonly head: string
  /** Its name in files. */
  readonly name: string
  readonly value: (point: SweepPoint) => number | undefined
  readonly estimate: (point: SweepPoint) => Estimate | undefined
  /** How it is written, where not like any number. */
  readonly figure?: (value: number | undefined) => string
}

/** In the order of the columns of the tables. */
export const estimatedFigures: readonly EstimatedFigure[] = [
  {
    head: 'TTFT p50 ms',
    name: 'ttft_p50_ms',
    value: ({ result }) => result?.metrics.ttft?.p50,
    estimate: ({ result }) => result?.metrics.ttft?.intervals?.p50,
  },
  {
    head: 'TTFT p90 ms',
    name: 'ttft_p90_ms',
    value: ({ result }) => result?.metrics.ttft?.p90,
    estimate: ({ result }) => result?.metrics.ttft?.intervals?.p90,
  },
  {
    head: 'TPOT p50 ms',
    name: 'tpot_p50_ms',
    value: ({ result }) => result?.metrics.tpot?.p50,
    estimate: ({ result }) => result?.metrics.tpot?.intervals?.p50,
  },
  {
    head: 'Tokens/s/user p50',
    name: 'interactivity_p50_tokens_per_s',
    value: ({ result }) => result?.metrics.interactivity?.p50,
    estimate: ({ result }) => result?.metrics.interactivity?.intervals?.p50,
  },
  {
    head: 'Output tokens/s/GPU',
    name: 'output_tokens_per_s_per_gpu',
    value: (point) => perGpu(point, 'output'),
    estimate: ({ result, row }) => {
      const whole = result?.throughput?.intervals?.output
      const { gpus } = row.job
      return isInterval(whole) ? { ...whole, low: whole.low / gpus, high: whole.high / gpus } : whole
    },
  },
  {
    head: 'Cache hits',
    name: 'cache_hit_measured',
    value: ({ result }) => result?.cacheHit.measured,
    estimate: ({ result }) => result?.cacheHit.intervals?.measured,
    figure: renderShare,
  },
]
