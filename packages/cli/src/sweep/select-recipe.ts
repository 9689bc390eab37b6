import { posix } from 'node:path'
import { quoted } from '@reprise/config-file'
import { nearest } from '@reprise/config-file/nearest'
import { listRecipes, type Recipe, type RecipeJob, readRecipe, recipeNameOf, recipeToWrite } from '@reprise/launcher'
import type { Job, Matrix } from '@reprise/matrix-generator'
import { UsageError } from '../terminal/exit-codes.ts'
import { groupByRecipe, recipeJobOf } from './check-recipes.ts'

/** Which jobs of a configuration are meant; all if nothing is said. */
export interface RecipeSelection {
  readonly conc?: readonly number[]
  readonly scenarioType?: string
}

export interface SelectedRecipe {
  readonly recipe: Recipe
  readonly jobs: readonly RecipeJob[]
  /** Absent where the recipe was named by its file. */
  readonly configKey?: string
}

/**
 * The recipe of a config key, or of a file, and the jobs that are started from it.
 *
 * @throws UsageError when the key is unknown or has no recipe. @throws ConfigError when the recipe is wrong.
 */
export function selectRecipe(matrix: Matrix, key: string, selection: RecipeSelection): SelectedRecipe {
  const byRecipe = groupByRecipe(matrix)
  const isMeant = isSelected(selection)
  const toRecipeJob = (job: Job) => recipeJobOf(job, matrix)
  if (key.endsWith('.yaml')) {
    const file = posix.normalize(key)
    const jobs = (byRecipe.get(file) ?? []).filter(isMeant).map(toRecipeJob)
    return { recipe: readRecipe(file), jobs }
  }
  for (const [file, group] of byRecipe) {
    const jobs = group.filter(({ configKey }) => configKey === key)
    if (jobs.length === 0) continue
    if (file === undefined) {
      throw new UsageError(`${key} has no recipe yet; ${recipeToWrite(recipeNameOf(jobs[0]!), listRecipes())}`)
    }
    return { recipe: readRecipe(file), jobs: jobs.filter(isMeant).map(toRecipeJob), configKey: key }
  }
  throw new UsageError(unknownKey(matrix, key, new Set(listRecipes())))
}

function isSelected({ conc, scenarioType }: RecipeSelection): (job: Job) => boolean {
  return ({ concurrencies, scenario }) =>
    (conc === undefined || concurrencies.some((each) => conc.includes(each))) &&
    (scenarioType === undefined || scenario.kind === scenarioType)
}

function unknownKey({ config: { entries } }: Matrix, key: string, recipes: ReadonlySet<string>): string {
  const keys = entries.map((entry) => entry.key)
  const unknown = `no configuration is called ${quoted(key)}`
  const recipe = `benchmarks/${key}.yaml`
  if (recipes.has(recipe)) return `${unknown}; add its entry to configs/, or explain the recipe alone: ${recipe}`
  const guess = nearest(key, keys)
  if (guess !== undefined) return `${unknown}; did you mean ${guess}?`
  const alike = keys.filter((each) => each.includes(key))
  const shown = (alike.length > 0 ? alike : keys).slice(0, 5)
  const others = (alike.length > 0 ? alike : keys).length - shown.length
  return `${unknown}; there ${keys.length === 1 ? 'is' : 'are'} ${shown.join(', ')}${others > 0 ? `, and ${others} more` : ''}`
}
