import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { renderRecipeSchema } from './recipe-source.ts'

test('benchmarks/schemas/recipe.schema.json is what the zod schema says', () => {
  const file = join(import.meta.dirname, '../../../../benchmarks/schemas/recipe.schema.json')
  const written: unknown = JSON.parse(readFileSync(file, 'utf8'))
  expect(written, 'run node packages/launcher/scripts/write-recipe-schema.ts, then npm run format').toEqual(
    JSON.parse(renderRecipeSchema()),
  )
})
