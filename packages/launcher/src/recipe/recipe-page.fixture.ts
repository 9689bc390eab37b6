import { markdownText } from '@reprise/safe-text'
import type { Recipe } from './recipe.ts'
import { unwritten } from './recipe.ts'

/** What `docs/recipes.md` says of one configuration. */
export interface PageEntry {
  readonly configKey: string
  readonly runner: string
  /** Absent: nobody has written one yet. */
  readonly recipe?: Recipe
}

/** The page of all configurations: where their commands come from, and which have never met the hardware. */
export function renderRecipePage(entries: readonly PageEntry[]): string {
  const written = entries.flatMap(({ recipe }) => recipe ?? [])
  const recipes = [...new Map(written.map((recipe) => [recipe.file, recipe])).values()]
  return [
    '# Recipes, and what is known of them',
    '',
    'Every configuration of `configs/`, with the recipe that starts its servers. Written by `npx vitest run packages/launcher/src/recipe --update`; a test',
    'holds that it says what the recipes say. `reprise recipe explain KEY` prints the commands, `reprise launch plan` those of a job.',
    '',
    'A recipe that nobody has measured with may be right in every word, and no command of it has ever been answered by the hardware that it is',
    'for. Whoever has that hardware settles what is open below, and puts the address of the result under `measured` of the recipe.',
    '',
    '| configuration | fleet | recipe | comes from | met the hardware |',
    '| --- | --- | --- | --- | --- |',
    ...entries.map(renderEntry),
    '',
    '## What is open',
    '',
    ...recipes.flatMap(renderOpen),
    '',
  ].join('\n')
}

function renderEntry({ configKey, runner, recipe }: PageEntry): string {
  const cells = [
    markdownText(configKey),
    markdownText(runner.replace('cluster:', '')),
    ...(recipe === undefined
      ? ['none yet', '-', 'never; not launched']
      : [`\`${recipe.file}\``, sourceOf(recipe), metHardware(recipe)]),
  ]
  return `| ${cells.join(' | ')} |`
}

/** Upstream's own script or file first, else whatever the recipe names first of its own. */
function sourceOf({ links, bases }: Recipe): string {
  const upstream = links.find(
    (link) => /InferenceX\/(?:blob|pull)\//.test(link) && !link.includes('golden_al_distribution'),
  )
  const link = upstream ?? links.at(bases.length === 0 ? 0 : -1)
  if (link === undefined) return '-'
  const name = link.includes('/pull/') ? `PR ${link.split('/').at(-1)}` : link.split('/').at(-1)!
  return `[${markdownText(name)}](${link})`
}

function metHardware(recipe: Recipe): string {
  if (recipe.engine === 'sim') return 'needs none'
  if (unwritten(recipe).length > 0) return 'never; not launched'
  return recipe.measured.length === 0 ? 'never' : recipe.measured.map((link, i) => `[${i + 1}](${link})`).join(' ')
}

function renderOpen({ file, unknown }: Recipe): string[] {
  return unknown.map(({ what, settledBy }) => {
    const settled = settledBy === undefined ? 'Nothing is launched before somebody knows.' : `Settled by ${settledBy}.`
    return `- \`${file}\`: ${markdownText(what)}. ${settledBy === undefined ? settled : markdownText(settled)}`
  })
}
