import { markdownText } from '@reprise/safe-text'
import type { Collection } from '../../result/collection.ts'
import type { SweepComparison } from '../../result/sweep-comparison.ts'
import { renderTotals } from '../sweep-point.ts'
import { renderComparisonMarkdown } from './render-comparison.ts'
import { renderEvaluations } from './render-evaluations.ts'
import { renderFleets } from './render-fleets.ts'
import { renderCollectionMarkdown } from './render-markdown.ts'
import { renderReuse } from './render-reuse.ts'

/** A comment is found again by it, and by its author. */
export const commentMark = '<!-- reprise: sweep results -->'

/** GitHub takes 65,536 characters. */
const mostCharacters = 60_000

/**
 * What a pull request is told of its sweep. Of parts that do not fit, the later ones are left out and named; nothing in it, whoever wrote it,
 * is taken for Markdown or HTML.
 */
export function renderComment(collection: Collection, comparison?: SweepComparison): string {
  const evaluations = renderEvaluations(collection)
  const parts: (readonly [title: string, text: string])[] = [
    ['Failed', failures(collection)],
    ['Fleets', renderFleets(collection)],
    ...(comparison ? [['Against the earlier sweep', renderComparisonMarkdown(comparison)] as const] : []),
    ['Points', renderCollectionMarkdown(collection)],
    ...(evaluations === undefined ? [] : [['Evaluations', evaluations] as const]),
  ]
  let text = `${commentMark}\n### Sweep: ${renderTotals(collection)}\n${renderReuse(collection)}`
  const left: string[] = []
  for (const [title, part] of parts) {
    if (part === '') continue
    const section = `\n#### ${title}\n\n${part.trimEnd()}\n`
    if (text.length + section.length > mostCharacters) left.push(title)
    else text += section
  }
  const missing = left.length === 0 ? '' : `\nToo long for a comment: ${left.join(', ')}.`
  return `${text}${missing}\nEverything is in the artifact \`results\` of the run.\n`
}

const shownFailures = 20

function failures({ rows }: Collection): string {
  const failed = rows.filter(({ status }) => status.failure)
  const lines = failed.slice(0, shownFailures).map(({ status: { configKey, name, failure } }) => {
    return `- **${failure?.class}** ${markdownText(configKey, 80)} ${markdownText(name, 80)}: ${markdownText(failure?.message ?? '', 300)}`
  })
  const hidden = failed.length - lines.length
  return [...lines, ...(hidden > 0 ? [`- and ${hidden} more`] : [])].join('\n')
}
