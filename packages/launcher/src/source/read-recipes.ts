import { existsSync } from 'node:fs'
import { Locations, listYamlFiles, parseYaml, readTextFiles, type TextFile } from '@reprise/config-file'
import { basePath, recipeRootOf } from '../recipe/base-path.ts'
import { parseRecipe } from '../recipe/examine-recipe.ts'
import type { Recipe } from '../recipe/recipe.ts'
import { recipeFolder } from '../recipe/recipe-files.ts'

/**
 * The recipe of a file, its bases included.
 *
 * @throws ConfigError when a file cannot be read, or with every problem that they have.
 */
export function readRecipe(file: string): Recipe {
  return parseRecipe(readRecipeFiles(file))
}

/**
 * The texts of a recipe and of every base below it, the recipe first. A base that does not exist is left out: `parseRecipe` tells
 * at which line it is named.
 *
 * @throws ConfigError when the recipe itself cannot be read.
 */
export function readRecipeFiles(file: string): TextFile[] {
  const folder = recipeRootOf(file)
  const files = new Map<string, TextFile>()
  const pending = [file]
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (files.has(path) || files.size > 64) continue
    const text = readTextFiles([path])[0]!
    files.set(path, text)
    pending.push(...basesNamedIn(text, folder).filter((base) => existsSync(base)))
  }
  return [...files.values()]
}

/** The recipes of a folder, by path, in order of their names; none if there is no such folder. @throws ConfigError like `listYamlFiles` */
export function listRecipes(folder: string = recipeFolder): string[] {
  return listYamlFiles(folder)
}

function basesNamedIn(file: TextFile, folder: string): string[] {
  const { value } = parseYaml(file, new Locations())
  const { extends: named } = (value ?? {}) as { readonly extends?: unknown }
  const names: readonly unknown[] = Array.isArray(named) ? named : [named]
  return names.flatMap((name) => (typeof name === 'string' ? (basePath(folder, name) ?? []) : []))
}
