import { printable } from '@reprise/safe-text'
import type { Recipe } from './recipe.ts'

/** What whoever reads a recipe's commands should know of it, a sentence a line: whether they have met the hardware, and what is open. */
export function renderStanding({ file, engine, measured, unknown }: Recipe): string[] {
  const met =
    engine === 'sim'
      ? 'stands for no hardware'
      : measured.length === 0
        ? 'its commands have never met the hardware'
        : `measured: ${measured.map((link) => printable(link, 300)).join(' ')}`
  return [
    `${file}: ${met}`,
    ...unknown.map(({ what, settledBy }) => {
      return `unknown: ${printable(what, 400)}${settledBy === undefined ? '' : `; settled by: ${printable(settledBy, 400)}`}`
    }),
  ]
}
