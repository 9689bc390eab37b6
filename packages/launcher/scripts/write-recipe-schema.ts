/** Writes benchmarks/schemas/recipe.schema.json from the zod schema; a test fails when they differ. Run after every change of it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderRecipeSchema } from '../src/recipe/recipe-source.ts'

const folder = join(import.meta.dirname, '../../../benchmarks/schemas')
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'recipe.schema.json'), renderRecipeSchema())
