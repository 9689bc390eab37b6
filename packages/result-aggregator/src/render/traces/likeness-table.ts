import { type CorpusComparison, quantities } from '@reprise/trace'
import { textTable } from './text-table.ts'
import { differenceText, valueText } from './value-text.ts'

const percentiles = ['p10', 'p50', 'p90'] as const

/** How like two corpora are, as a table for a terminal: of each percentile what A has, and by how much B differs. */
export function renderLikeness(comparison: CorpusComparison): string {
  const rows = (Object.keys(quantities) as (keyof typeof quantities)[]).flatMap((name) => {
    const found = comparison.quantities[name]
    if (!found) return []
    const { title, unit } = quantities[name]
    const cells = percentiles.flatMap((each) => [
      valueText(found.a[each], unit),
      differenceText(found.difference[each]),
    ])
    return [[title, found.ks.toFixed(3), found.wasserstein?.toFixed(3) ?? '-', ...cells]]
  })
  const head = ['', 'KS', 'W1', ...percentiles.flatMap((each) => [`${each} of A`, 'B'])]
  return `${textTable([head, ...rows])}\n${distancesAbout}\n${largestText(comparison)}${onlyText(comparison)}`
}

export const distancesAbout = `KS: the most by which the shares of values up to some bound differ; 0: alike, 1: nothing in common.
W1: the mean difference between values of equal rank, in units of how far those of A lie from their own median.
`

/** The largest difference in words, with a line end; empty where there is nothing to compare. */
export function largestText({ largest }: CorpusComparison): string {
  if (!largest) return ''
  const { quantity, percentile, difference } = largest
  const what = `${percentile} of ${quantities[quantity].title}`
  return `largest difference of turns, input, output, think time and hit rate: ${differenceText(difference)} (${what})\n`
}

/** A line for each corpus that has what the other lacks. */
export function onlyText({ onlyIn }: CorpusComparison): string {
  return (['a', 'b'] as const)
    .filter((which) => onlyIn[which].length > 0)
    .map(
      (which) => `only in ${which.toUpperCase()}: ${onlyIn[which].map((name) => quantities[name].title).join(', ')}\n`,
    )
    .join('')
}
