import { posix } from 'node:path'
import type { Problem } from '@reprise/config-file'
import type { Job, ValidationOptions } from '@reprise/matrix-generator'
import type { MatrixFileOptions } from '../options/matrix-options.ts'

/** What `validateMatrix` needs to look for recipes in `benchmarks/`; nothing for files that do not stand beside it in `configs/`. */
export async function recipeLookup({ compat, configFiles }: MatrixFileOptions): Promise<ValidationOptions> {
  if (compat || !configFiles.every((file) => posix.normalize(file).startsWith('configs/'))) return {}
  const { listRecipes, recipeFilesOfJob } = await import('@reprise/launcher')
  // The file that is proposed first is the one for all configurations of the model, precision, GPU and framework.
  return { recipes: new Set(listRecipes()), recipesOf: (job) => recipeFilesOfJob(job).toReversed() }
}

/** A configuration may be planned before anybody has written its recipe: that is a warning, unless recipes are required. */
export function judgeMissingRecipes(problems: readonly Problem[], requireRecipes: boolean): Problem[] {
  return problems.map((problem) =>
    problem.code === 'recipe' && !requireRecipes ? { ...problem, severity: 'warning' } : problem,
  )
}

/** The files that a job is started from: its recipe or where one would be, the bases below it, and files of `benchmarks/` that they name. */
export async function recipeSources(): Promise<(job: Job) => readonly string[]> {
  const { listRecipes, readRecipeFiles, recipeFilesOfJob } = await import('@reprise/launcher')
  const filesOf = (recipe: string) =>
    readRecipeFiles(recipe).flatMap(({ file, text }) => [file, ...(text.match(/\bbenchmarks\/[\w./-]+\.\w+/g) ?? [])])
  const sources = new Map(listRecipes().map((recipe) => [recipe, filesOf(recipe)]))
  return (job) => recipeFilesOfJob(job).flatMap((file) => sources.get(file) ?? [file])
}
