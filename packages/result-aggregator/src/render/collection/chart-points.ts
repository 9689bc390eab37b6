import type { Collection } from '../../result/collection.ts'
import { isInterval } from '../../result/estimate.ts'
import { perGpu, sweepPoints } from '../sweep-point.ts'
import { workloadOf } from '../workload.ts'

/** A measured point in the plane of what a user feels and what a GPU yields. */
export interface ChartPoint {
  readonly configKey: string
  readonly name: string
  readonly lanes: number
  /** Alike for points of the same work. */
  readonly workload: string
  /** Output tokens per second of a single user, p50. */
  readonly x: number
  /** Output tokens per second and GPU. */
  readonly y: number
  /** Both ends of their intervals, where they have one. */
  readonly endsX?: Ends
  readonly endsY?: Ends
}
export type Ends = readonly [low: number, high: number]

/** The points of a sweep that have both figures, in order; failed jobs have none. */
export function chartPoints(collection: Collection): ChartPoint[] {
  return sweepPoints(collection).flatMap((point): ChartPoint[] => {
    const { result } = point
    const x = result?.metrics.interactivity?.p50
    const y = perGpu(point, 'output')
    if (!result || x === undefined || y === undefined || !(x > 0 && y > 0)) return []
    const workload = JSON.stringify([...workloadOf(result)])
    const across = result.metrics.interactivity?.intervals?.p50
    const up = result.throughput?.intervals?.output
    const { gpus } = point.row.job
    return [
      {
        ...{ configKey: point.configKey, name: point.name, lanes: point.lanes[0] ?? 0, workload, x, y },
        ...(isInterval(across) && { endsX: [across.low, across.high] }),
        ...(isInterval(up) && { endsY: [up.low / gpus, up.high / gpus] }),
      },
    ]
  })
}
