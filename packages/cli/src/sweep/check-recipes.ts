import { posix } from 'node:path'
import { FlagError, inFileOrder, type Problem } from '@reprise/config-file'
import {
  checkJobs,
  examineRecipe,
  listRecipes,
  type RecipeJob,
  readRecipeFiles,
  recipeFilesOfJob,
  recipeFolder,
} from '@reprise/launcher'
import { expandFullSweep, type Job, type Matrix, plannedJob, rowOf } from '@reprise/matrix-generator'

export interface RecipeCheck {
  /** In the order of the files, each once. */
  readonly problems: readonly Problem[]
  readonly recipes: number
  readonly bases: number
  /** Jobs of the matrix that are started from one of the recipes. */
  readonly jobs: number
}

/** What newcomers copy; no configuration is ever started from it. */
const template = 'TEMPLATE.yaml'

/** Checks recipes and bases, all that there are if none is named, against the jobs of the matrix that are started from them. */
export function checkRecipes(matrix: Matrix, named: readonly string[]): RecipeCheck {
  const files =
    named.length === 0
      ? [...listRecipes(recipeFolder), ...listRecipes(`${recipeFolder}/bases`)]
      : named.map((file) => posix.normalize(file))
  if (files.length === 0) {
    const message = `there is no recipe in ${recipeFolder}/`
    const cure = 'run this from the root of the repository, or name the files'
    throw new FlagError([{ severity: 'error', code: 'file', message, cure }])
  }
  const jobsOf = groupByRecipe(matrix)
  const extended = new Set<string>()
  let jobs = 0
  const problems = files.flatMap((file): Problem[] => {
    const found = checkOne(file, jobsOf.get(file) ?? [], matrix, extended)
    jobs += jobsOf.get(file)?.length ?? 0
    return found
  })
  const bases = files.filter(isBase)
  if (named.length === 0) problems.push(...bases.filter((file) => !extended.has(file)).map(unusedBase))
  return {
    problems: inFileOrder(once(problems)),
    recipes: files.length - bases.length,
    bases: bases.length,
    jobs,
  }
}

/** The jobs of the whole sweep by the recipe that they are started from. */
export function groupByRecipe(matrix: Matrix): Map<string | undefined, Job[]> {
  const there = new Set(listRecipes())
  const { jobs } = expandFullSweep(matrix, { allowEmpty: true })
  return Map.groupBy(jobs, (job) => recipeFilesOfJob(job).find((file) => there.has(file)))
}

/** The job as a recipe is checked against it. */
export function recipeJobOf(job: Job, { config: { epoch } }: Matrix): RecipeJob {
  const { configKey, gpus } = job
  return { configKey, gpus, job: plannedJob(job), row: rowOf(job, epoch) }
}

function checkOne(file: string, jobs: readonly Job[], matrix: Matrix, extended: Set<string>): Problem[] {
  const texts = readRecipeFiles(file)
  for (const { file: base } of texts.slice(1)) extended.add(base)
  if (isBase(file)) return [...examineRecipe(texts, 'base').problems]
  const { recipe, problems } = examineRecipe(texts)
  if (recipe === undefined) return [...problems]
  const own = jobs.map((job) => recipeJobOf(job, matrix))
  const isUnused = jobs.length === 0 && posix.basename(file) !== template
  return [...problems, ...checkJobs(recipe, own), ...(isUnused ? [unusedRecipe(file)] : [])]
}

function isBase(file: string): boolean {
  return posix.basename(posix.dirname(file)) === 'bases'
}

function unusedRecipe(file: string): Problem {
  const cure = `add the entry to configs/, or name the file ${recipeFolder}/<config key>.yaml or ${recipeFolder}/<model-prefix>-<precision>-<gpu>-<framework>.yaml`
  const place = { file, line: 1, column: 1 }
  return { severity: 'note', code: 'unused-recipe', place, message: 'no configuration is started from it', cure }
}

function unusedBase(file: string): Problem {
  const place = { file, line: 1, column: 1 }
  return { severity: 'note', code: 'unused-recipe', place, message: 'no recipe extends it', cure: 'remove it' }
}

/** What is wrong in a base is found with every recipe over it. */
function once(problems: readonly Problem[]): Problem[] {
  const byText = new Map(
    problems.map((problem) => [JSON.stringify([problem.code, problem.place, problem.message]), problem]),
  )
  return [...byText.values()]
}
