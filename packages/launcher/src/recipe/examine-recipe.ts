import { ConfigError, hasErrors, inFileOrder, type Problem, type TextFile } from '@reprise/config-file'
import { checkWhole } from './check-whole.ts'
import { Layers } from './layers.ts'
import type { Recipe } from './recipe.ts'
import type { RecipeSource } from './recipe-source.ts'
import { toRecipe } from './to-recipe.ts'

export interface Examination {
  /** Absent if there are errors. */
  readonly recipe?: Recipe
  /** Everything found, in file order. */
  readonly problems: readonly Problem[]
}

/**
 * The recipe of the first file; the others are the bases that it may extend, named by their paths from the same root.
 *
 * @throws ConfigError with every problem of the file and its bases.
 */
export function parseRecipe(files: readonly TextFile[]): Recipe {
  const { recipe, problems } = examineRecipe(files)
  if (recipe === undefined) throw new ConfigError(problems)
  return recipe
}

/** Like `parseRecipe`, with warnings, and without throwing. `as: 'base'` asks of the file only what a base must keep, and gives no recipe. */
export function examineRecipe(files: readonly TextFile[], as: 'recipe' | 'base' = 'recipe'): Examination {
  const [first] = files
  if (first === undefined) return { problems: [] }
  const layers = new Layers(files)
  const merged = layers.merge()
  if (as === 'base' || hasErrors(layers.problems)) return { problems: inFileOrder(layers.problems) }
  // Every layer has passed the schema, and what is merged of such layers passes it too.
  const source = merged as RecipeSource
  layers.report(checkWhole(source), merged)
  const problems = inFileOrder(layers.problems)
  if (hasErrors(problems)) return { problems }
  const place = (path: readonly PropertyKey[]) => layers.locations.keyPlace(merged, path)
  return { recipe: toRecipe(source, { file: first.file, bases: layers.bases, place }), problems }
}
