import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ourJobs, ourRecipe } from './our-recipes.fixture.ts'
import type { Recipe } from './recipe.ts'
import { type PageEntry, renderRecipePage } from './recipe-page.fixture.ts'

const page = join(import.meta.dirname, '../../../../docs/recipes.md')

/** In the order of the configurations. */
function ourEntries(): PageEntry[] {
  const entries = new Map<string, PageEntry>()
  for (const [file, jobs] of ourJobs()) {
    for (const { configKey, job } of jobs) {
      entries.set(configKey, { configKey, runner: job.runner, ...(file !== undefined && { recipe: ourRecipe(file) }) })
    }
  }
  return [...entries.values()]
}

test('every configuration has a recipe, and docs/recipes.md says what is known of it', async () => {
  const entries = ourEntries()
  expect(entries.length).toBeGreaterThan(30)
  expect(entries.filter(({ recipe }) => recipe === undefined)).toEqual([])
  await expect(renderRecipePage(entries)).toMatchFileSnapshot(page)
})

test('a recipe with a result has met the hardware, one that cannot be written is not launched, and one of the model needs none', () => {
  const [entry] = ourEntries()
  const row = (changes: Partial<Recipe>) => renderRecipePage([{ ...entry!, recipe: { ...entry!.recipe!, ...changes } }])
  expect(row({ measured: ['https://example.org/1'] })).toMatch(/\| \[1\]\(https:\/\/example\.org\/1\) \|$/m)
  expect(row({ unknown: [{ what: 'the flags of the router' }] })).toMatch(/\| never; not launched \|$/m)
  expect(row({ engine: 'sim' })).toMatch(/\| needs none \|$/m)
  const open = row({ unknown: [{ what: 'whether it fits', settledBy: 'a start' }] })
  expect(open).toMatch(/^- `benchmarks\/\S+`: whether it fits\. Settled by a start\.$/m)
})
