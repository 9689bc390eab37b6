import { publishedErrors } from '@reprise/engine-sim/core'
import type { JobPrediction } from './predict-job.ts'

/** A job with its prediction; jobs of one group are alternatives to each other. */
export interface ScreenedJob<Job> {
  readonly job: Job
  readonly group: string
  readonly prediction: JobPrediction
}

/**
 * The jobs in the order in which they tell most: those on the predicted frontier of interactivity and output per GPU first, then those of which
 * nothing is predicted, then the frontiers below, each in the order in which they came.
 */
export function screenJobs<Job>(jobs: readonly ScreenedJob<Job>[]): ScreenedJob<Job>[] {
  const layers = new Map<ScreenedJob<Job>, number>()
  for (const group of Map.groupBy(jobs, ({ group }) => group).values()) {
    let left = group.filter(({ prediction }) => prediction.kind === 'predicted')
    for (let layer = 0; left.length > 0; layer += 1) {
      const frontier = left.filter((one) => !left.some((other) => isBeaten(one.prediction, other.prediction, 0)))
      for (const each of frontier) layers.set(each, layer)
      left = left.filter((each) => !layers.has(each))
    }
  }
  const layerOf = (one: ScreenedJob<Job>) => layers.get(one) ?? 0.5
  return jobs.toSorted((one, other) => layerOf(one) - layerOf(other))
}

/** The jobs that no other of their group beats in both by more than twice the published error: by so much two predictions may be wrong. */
export function dropBeaten<Job>(jobs: readonly ScreenedJob<Job>[]): ScreenedJob<Job>[] {
  const margin = 2 * publishedErrors.tpot
  return jobs.filter(
    (one) => !jobs.some((other) => other.group === one.group && isBeaten(one.prediction, other.prediction, margin)),
  )
}

/** Whether another is better by more than a share in one and in the other. */
function isBeaten(one: JobPrediction, other: JobPrediction, margin: number): boolean {
  if (one.kind !== 'predicted' || other.kind !== 'predicted' || one === other) return false
  const factor = 1 + margin
  return one.tpotMs > factor * other.tpotMs && other.outputTokensPerSPerGpu > factor * one.outputTokensPerSPerGpu
}
