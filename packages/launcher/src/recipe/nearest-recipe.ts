import { nearest } from '@reprise/config-file/nearest'
import { printable } from '@reprise/safe-text'
import { type RecipeName, recipeFilesOf, recipeFolder } from './recipe-files.ts'

/**
 * Of the recipes that there are, the one to begin with for a job that has none: of the same model before the same framework, that before the
 * same GPU and precision, the first by name among equals. Undefined where none has more than the GPU or the precision in common.
 */
export function nearestRecipe(wanted: RecipeName, files: readonly string[]): string | undefined {
  const known = files.filter((file) => stemOf(file) !== 'TEMPLATE').toSorted()
  const scored = known.map((file) => ({ file, score: likeness(wanted, stemOf(file)) }))
  const best = Math.max(0, ...scored.map(({ score }) => score))
  if (best >= weights.framework) return scored.find(({ score }) => score === best)!.file
  return recipeFilesOf(wanted)
    .map((file) => nearest(file, known))
    .find((file) => file !== undefined)
}

/** What whoever plans a job without a recipe can do: `copy ..., the nearest, to ... and fill it in`. Paths come from names of the job. */
export function recipeToWrite(wanted: RecipeName, files: readonly string[]): string {
  const near = nearestRecipe(wanted, files)
  const from = near === undefined ? `${recipeFolder}/TEMPLATE.yaml` : `${near}, the nearest,`
  return `copy ${from} to ${printable(recipeFilesOf(wanted).at(-1)!, 300)} and fill it in`
}

function stemOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1).replace(/\.yaml$/, '')
}

const weights = { model: 8, framework: 4, gpu: 2, precision: 1 }

/** A name is read from its words, as all of them may have hyphens. */
function likeness({ modelPrefix, framework, gpu, precision }: RecipeName, stem: string): number {
  const holds = (word: string) => `${stem}-`.includes(`-${word}-`)
  return (
    (stem.startsWith(`${modelPrefix}-`) ? weights.model : 0) +
    (holds(framework) ? weights.framework : 0) +
    (holds(gpu) ? weights.gpu : 0) +
    (holds(precision) ? weights.precision : 0)
  )
}
