import { printable } from '@reprise/safe-text'
import { type Html, html } from '../../html.ts'
import { formatShare } from '../client/format-number.ts'
import type { CapacityStory, StorySize } from '../content/capacity-story.ts'
import { chartFigure } from './chart-figure.ts'
import { type Column, dataTable } from './data-table.ts'

/** How much a server holds, in a sentence, as a chart and size by size. */
export function capacity(story: CapacityStory): Html {
  const { sentence, remarks, sizes } = story
  return html`<section id="capacity" aria-labelledby="capacity-title"><h2 id="capacity-title">How much it holds</h2>
<p><b>${capitalized(printable(sentence, 1000))}.</b></p>
${remarks.map((remark) => html`<p class="note">${capitalized(printable(remark, 600))}.</p>`)}
${
  sizes.some(({ shares }) => shares.some(({ keptShare }) => keptShare !== undefined)) &&
  chartFigure({
    id: 'chart-capacity',
    title: 'Requests that keep what has to be kept',
    about:
      'Of the requests at each size the share that keeps an objective; those that failed or were cut off keep none. Whiskers say by how much that may be off (95 %), by plays and times in one run and between runs from three on. A size keeps or breaks where the whole whisker lies on one side of the wanted share; the rest is unclear.',
    basis: `n = ${sizes.reduce((sum, { runs }) => sum + runs, 0)} runs at ${sizes.length} sizes, estimator = requests within the bound over all of them`,
  })
}
${dataTable('What each size kept', columnsOf(story), sizes, { open: sizes.length <= MOST_OPEN })}</section>
`
}

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

const MOST_OPEN = 16

function columnsOf({ unit, objectives }: CapacityStory): Column<StorySize>[] {
  return [
    { head: unit === 'lanes' ? 'Lanes' : 'Sessions/s', cell: ({ size }) => String(size) },
    { head: 'Runs', cell: ({ runs }) => runs },
    ...objectives.flatMap(({ text }, at): Column<StorySize>[] => [
      { head: printable(text, 100), about: 'The percentile itself', cell: ({ shares }) => shares[at]?.seen ?? '-' },
      { head: 'keep it', cell: ({ shares }) => keptText(shares[at]) },
    ]),
    { head: 'Verdict', about: 'certain, as far as an interval of 95 % is', text: true, cell: ({ verdict }) => verdict },
    { head: 'Why', text: true, cell: ({ why }) => printable(why, 300) },
  ]
}

function keptText(share: StorySize['shares'][number] | undefined): string {
  if (share?.keptShare === undefined) return '-'
  const off = share.uncertainty === undefined ? '' : ` ± ${(share.uncertainty * 100).toFixed(1)}`
  return `${formatShare(share.keptShare)}${off}`
}
