import { publishedErrors } from '@reprise/engine-sim/core'
import { listRecipes, type Recipe, readRecipe, recipeFilesOfJob } from '@reprise/launcher'
import type { Job, Matrix, Sweep } from '@reprise/matrix-generator'
import { UsageError } from '../terminal/exit-codes.ts'
import { several } from '../terminal/output.ts'
import { recipeJobOf } from './check-recipes.ts'
import { type JobPrediction, predictJob } from './predict-job.ts'
import { dropBeaten, type ScreenedJob, screenJobs } from './screen-jobs.ts'
import { uncalibrated } from './uncalibrated.ts'

/**
 * The jobs of a sweep in the order of their predicted frontiers, and a line that says what was predicted. With `drop`, without those that another
 * of their configuration beats by more than predictions may be wrong.
 *
 * @throws UsageError when something is to be dropped and no error is published for one of the predictions.
 */
export function screenSweep(
  sweep: Sweep,
  matrix: Matrix,
  { drop }: { readonly drop: boolean },
): { readonly sweep: Sweep; readonly told: string } {
  const there = new Set(listRecipes())
  const recipes = new Map<string, Recipe>()
  const screened = sweep.jobs.map((job): ScreenedJob<Job> => {
    const file = recipeFilesOfJob(job).find((each) => there.has(each))
    if (file !== undefined && !recipes.has(file)) recipes.set(file, readRecipe(file))
    const recipe = file === undefined ? undefined : recipes.get(file)
    const prediction: JobPrediction = predictJob(recipe, recipeJobOf(job, matrix))
    return { job, group: `${job.configKey} ${JSON.stringify(job.scenario)}`, prediction }
  })
  const predicted = screened.filter(({ prediction }) => prediction.kind === 'predicted')
  const [unpublished] = predicted.flatMap(({ job, prediction }) =>
    prediction.kind === 'predicted' && prediction.uncalibrated ? { job, why: prediction.uncalibrated } : [],
  )
  if (drop && unpublished)
    throw new UsageError(
      `--drop: no error is published for ${unpublished.job.configKey}: ${uncalibrated[unpublished.why]}; take --drop away, or that configuration`,
    )
  const kept = drop ? dropBeaten(screened) : screened
  const dropped = screened.length - kept.length
  const error = `median error of a predicted TPOT: ${(100 * publishedErrors.tpot).toFixed(1)} %`
  const known = unpublished ? '; where nothing like it was measured none is known' : ''
  return {
    sweep: { ...sweep, jobs: screenJobs(kept).map(({ job }) => job) },
    told: `screened: ${predicted.length} of ${several(screened.length, 'job')} predicted${drop ? `, ${dropped} dropped` : ''} (${error}${known})`,
  }
}
