import { type PredictedLoad, predictLoad } from '@reprise/engine-sim/core'
import type { Recipe, RecipeJob } from '@reprise/launcher'
import { engineOfJob } from './engine-of-job.ts'
import type { Uncalibrated } from './uncalibrated.ts'

/** What the engine model makes of a job of fixed lengths, or in one line why it makes nothing of it. */
export type JobPrediction =
  | (PredictedLoad & {
      readonly kind: 'predicted'
      readonly outputTokensPerSPerGpu: number
      /** Why no error is published for it. Absent: one is. */
      readonly uncalibrated?: Uncalibrated
      /** What neither row nor recipe says, or the model has otherwise. */
      readonly notes: readonly string[]
    })
  | { readonly kind: 'none'; readonly reason: string }

/** The predicted point of a job, by its recipe or its row alone. */
export function predictJob(recipe: Recipe | undefined, recipeJob: RecipeJob): JobPrediction {
  const { scenario, concurrencies } = recipeJob.job
  const found = engineOfJob(recipe, recipeJob)
  if (found.kind === 'refused') return { kind: 'none', reason: found.reason }
  if (found.kind === 'description') return { kind: 'none', reason: 'it is the engine model itself' }
  if (scenario.kind !== 'fixed-seq-len')
    return { kind: 'none', reason: 'what traces share decides it; `reprise simulate --config-key` replays them' }
  const load = {
    concurrency: Math.max(...concurrencies),
    inputTokens: scenario.inputTokens,
    outputTokens: scenario.outputTokens,
  }
  const predicted = predictLoad(found.engine, load)
  if (!predicted) return { kind: 'none', reason: 'its steps are no roofline' }
  const outputTokensPerSPerGpu = predicted.outputTokensPerS / recipeJob.gpus
  const { uncalibrated, notes } = found
  return { kind: 'predicted', ...predicted, outputTokensPerSPerGpu, notes, ...(uncalibrated && { uncalibrated }) }
}
