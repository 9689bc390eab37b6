import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TextFile } from '@reprise/config-file'
import { expandFullSweep, type Job, plannedJob, readMatrix, rowOf } from '@reprise/matrix-generator'
import type { RecipeJob } from './check-jobs.ts'
import { parseRecipe } from './examine-recipe.ts'
import type { Recipe } from './recipe.ts'
import { recipeFilesOfJob } from './recipe-files.ts'

const root = join(import.meta.dirname, '../../../..')

/** Paths of the recipes of this repository, as jobs name them. */
export const ourRecipeFiles = namesIn('benchmarks').filter((file) => !file.endsWith('/TEMPLATE.yaml'))

/** A recipe of this repository. */
export function ourRecipe(file: string): Recipe {
  return parseRecipe([file, ...namesIn('benchmarks/bases')].map(textOf))
}

/** The jobs of our configurations that are started from each recipe; those without one under undefined. */
export function ourJobs(): ReadonlyMap<string | undefined, readonly RecipeJob[]> {
  const configs = ['nvidia-master', 'amd-master', 'local', 'local-slurm'].map((name) => textOf(`configs/${name}.yaml`))
  const matrix = readMatrix({ configFiles: configs, runnerFile: textOf('configs/runners.yaml') })
  const toRecipeJob = (job: Job): RecipeJob => {
    const { configKey, gpus } = job
    return { configKey, gpus, job: plannedJob(job), row: rowOf(job, matrix.config.epoch) }
  }
  const { jobs } = expandFullSweep(matrix, {})
  const recipeOf = (job: Job) => recipeFilesOfJob(job).find((file) => ourRecipeFiles.includes(file))
  return new Map([...Map.groupBy(jobs, recipeOf)].map(([file, group]) => [file, group.map(toRecipeJob)]))
}

function namesIn(folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `${folder}/${name}`)
}

function textOf(file: string): TextFile {
  return { file, text: readFileSync(join(root, file), 'utf8') }
}
