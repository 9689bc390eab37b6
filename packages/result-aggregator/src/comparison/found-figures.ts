import type { LatencyName } from '../measure/latencies.ts'
import type { RateName } from './figure-kinds.ts'
import type { FoundFigure } from './found-figure.ts'

/** How the figures of two sides compare, by whatever way they can be. */
export interface FoundFigures {
  readonly turns: (name: LatencyName, level?: number) => FoundFigure
  readonly percentile: (name: LatencyName, percentile: 50 | 75 | 90 | 95 | 99, level?: number) => FoundFigure
  readonly rate: (name: RateName, level?: number) => FoundFigure
  readonly hits: () => FoundFigure
}
