import { publishedErrors } from '@reprise/engine-sim/core'
import { printable } from '@reprise/safe-text'
import type { JobPrediction } from './predict-job.ts'
import { uncalibrated } from './uncalibrated.ts'

export interface NamedPrediction {
  readonly name: string
  readonly prediction: JobPrediction
}

/** The predicted points of jobs, a line each, and how far predictions are off; jobs that have none for the same reason share a line. */
export function renderPredictions(predictions: readonly NamedPrediction[]): string {
  const lines = predictions.flatMap(({ name, prediction }) =>
    prediction.kind === 'predicted' ? `  ${printable(name, 120)}  ${pointOf(prediction)}` : [],
  )
  const reasons = Map.groupBy(
    predictions.flatMap(({ prediction }) => (prediction.kind === 'none' ? prediction.reason : [])),
    (reason) => reason,
  )
  const none = [...reasons].map(([reason, { length }]) => `  ${length} without: ${printable(reason, 300)}`)
  const notes = [
    ...new Set(predictions.flatMap(({ prediction }) => (prediction.kind === 'predicted' ? prediction.notes : []))),
  ]
  return [
    ...['predicted, no measurement', ...lines, ...none],
    ...notes.map((note) => `  ${printable(note, 300)}`),
    ...(lines.length > 0 ? errorsOf(predictions) : []),
    '',
  ].join('\n')
}

function pointOf({
  ttftMs,
  tpotMs,
  outputTokensPerSPerGpu,
}: Extract<JobPrediction, { readonly kind: 'predicted' }>): string {
  return `TTFT ${ttftMs.toFixed(0)} ms, TPOT ${tpotMs.toFixed(1)} ms, ${outputTokensPerSPerGpu.toFixed(0)} output tok/s/GPU`
}

/** The published error where there is one, and each reason why some points have none. */
function errorsOf(predictions: readonly NamedPrediction[]): string[] {
  const points = predictions.flatMap(({ prediction }) => (prediction.kind === 'predicted' ? [prediction] : []))
  const without = Map.groupBy(
    points.filter((each) => each.uncalibrated),
    ({ uncalibrated: why }) => why!,
  )
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`
  const published = `  median error over measured points: TPOT ${percent(publishedErrors.tpot)}, TTFT ${percent(publishedErrors.ttft)} (docs/accuracy.md)`
  const ofSome = (some: number) => (some === points.length ? '' : ` (${some} of ${points.length})`)
  return [
    ...[...without].map(
      ([why, some]) => `  uncalibrated${ofSome(some.length)}: ${uncalibrated[why]}, and no error is published`,
    ),
    ...(points.some((each) => !each.uncalibrated) ? [published] : []),
  ]
}
