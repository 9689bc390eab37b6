import { posix } from 'node:path'
import { FlagError, inFileOrder, type Problem } from '@reprise/config-file'
import type { Job, Matrix } from '@reprise/matrix-generator'
import type { Generator } from './matrix-run.ts'

export interface RecipeCheck {
  /** In the order of the files, each once. */
  readonly problems: readonly Problem[]
  readonly recipes: number
  readonly bases: number
  /** Jobs of the matrix that are started from one of the recipes. */
  readonly jobs: number
}

type Launcher = typeof import('@reprise/launcher')

/** What newcomers copy; no configuration is ever started from it. */
const template = 'TEMPLATE.yaml'

/** Checks recipes and bases, all that there are if none is named, against the jobs of the matrix that are started from them. */
export async function checkRecipes(
  generator: Generator,
  matrix: Matrix,
  named: readonly string[],
): Promise<RecipeCheck> {
  const launcher = await import('@reprise/launcher')
  const { recipeFolder, listRecipes } = launcher
  const files =
    named.length === 0
      ? [...listRecipes(recipeFolder), ...listRecipes(`${recipeFolder}/bases`)]
      : named.map((file) => posix.normalize(file))
  if (files.length === 0) {
    const message = `there is no recipe in ${recipeFolder}/`
    const cure = 'run this from the root of the repository, or name the files'
    throw new FlagError([{ severity: 'error', code: 'file', message, cure }])
  }
  const jobsOf = groupByRecipe(launcher, generator, matrix)
  const extended = new Set<string>()
  let jobs = 0
  const problems = files.flatMap((file): Problem[] => {
    const found = checkOne(launcher, generator, file, jobsOf.get(file) ?? [], matrix, extended)
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
export function groupByRecipe(
  launcher: Launcher,
  generator: Generator,
  matrix: Matrix,
): Map<string | undefined, Job[]> {
  const there = new Set(launcher.listRecipes())
  const { jobs } = generator.expandFullSweep(matrix, { allowEmpty: true })
  return Map.groupBy(jobs, (job) => launcher.recipeFilesOfJob(job).find((file) => there.has(file)))
}

function checkOne(
  { examineRecipe, readRecipeFiles, checkJobs, recipeFolder }: Launcher,
  generator: Generator,
  file: string,
  jobs: readonly Job[],
  { config: { epoch } }: Matrix,
  extended: Set<string>,
): Problem[] {
  const texts = readRecipeFiles(file)
  for (const { file: base } of texts.slice(1)) extended.add(base)
  if (isBase(file)) return [...examineRecipe(texts, 'base').problems]
  const { recipe, problems } = examineRecipe(texts)
  if (recipe === undefined) return [...problems]
  const own = jobs.map((job) => {
    const { configKey, gpus } = job
    return { configKey, gpus, job: generator.plannedJob(job), row: generator.rowOf(job, epoch) }
  })
  const isUnused = jobs.length === 0 && posix.basename(file) !== template
  return [...problems, ...checkJobs(recipe, own), ...(isUnused ? [unusedRecipe(file, recipeFolder)] : [])]
}

function isBase(file: string): boolean {
  return posix.basename(posix.dirname(file)) === 'bases'
}

function unusedRecipe(file: string, folder: string): Problem {
  const cure = `add the entry to configs/, or name the file ${folder}/<config key>.yaml or ${folder}/<model-prefix>-<precision>-<gpu>-<framework>.yaml`
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
