import { gpuOf, type Job } from '@reprise/matrix-generator'

/** Folder of all recipes, from the root of the repository. */
export const recipeFolder = 'benchmarks'

/** What names a job's recipe. */
export interface RecipeName {
  readonly modelPrefix: string
  readonly precision: string
  /** As in `gpuOf(runner)`. */
  readonly gpu: string
  readonly framework: string
  readonly configKey: string
}

/**
 * Where the recipe of a job is looked for, the first that exists counts: under its config key, for a configuration that needs
 * a server of its own; else under model, precision, GPU and framework, for all configurations of these.
 */
export function recipeFilesOf({ modelPrefix, precision, gpu, framework, configKey }: RecipeName): string[] {
  const stem = `${modelPrefix}-${precision}-${gpu}-${framework}`
  return [...new Set([`${recipeFolder}/${configKey}.yaml`, `${recipeFolder}/${stem}.yaml`])]
}

/** The same of a job of the matrix. */
export function recipeFilesOfJob(job: Job): string[] {
  return recipeFilesOf(recipeNameOf(job))
}

/** What names the recipe of a job. */
export function recipeNameOf(job: Omit<RecipeName, 'gpu'> & { readonly runner: string }): RecipeName {
  return { ...job, gpu: gpuOf(job.runner) }
}
