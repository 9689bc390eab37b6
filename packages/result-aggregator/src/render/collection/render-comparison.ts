import { logText, markdownText } from '@reprise/safe-text'
import type { ComparedFigure, ComparedPoint, SweepComparison } from '../../result/sweep-comparison.ts'
import { renderFigure, renderShare } from '../sweep-point.ts'

const heads: readonly (readonly [ComparedFigure, string])[] = [
  ['ttft_p50_ms', 'TTFT p50 ms'],
  ['ttft_p90_ms', 'TTFT p90 ms'],
  ['tpot_p50_ms', 'TPOT p50 ms'],
  ['interactivity_p50_tokens_per_s', 'tok/s user'],
  ['output_tokens_per_s_per_gpu', 'out tok/s GPU'],
  ['cache_hit_measured', 'Cache hits'],
]

const caution =
  'Each figure is of one run. In brackets: the 95 % interval of the change, where both runs have one; * it excludes that nothing changed. Without one nobody can tell, and what is small may be chance.'

/** Two sweeps for a terminal: a line for each point with its figures now and how they changed, then what else differs. */
export function renderComparison(comparison: SweepComparison): string {
  const rows = comparison.points.map((point) => [nameOf(point, logText), ...cellsOf(point), verdictOf(point)])
  const table = [['Point', ...heads.map(([, head]) => head), 'Verdict'], ...rows]
  const widths = table[0]!.map((_, i) => Math.max(...table.map((row) => row[i]!.length)))
  const isText = (i: number) => i === 0 || i === widths.length - 1
  const lines = table.map((row) =>
    row
      .map((cell, i) => (isText(i) ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd(),
  )
  const notes = notesOf(comparison, logText)
  return [...lines, '', ...notes.map((note) => `${note}`), ...(notes.length > 0 ? [''] : []), caution].join('\n')
}

const shownPoints = 200

/** The same as Markdown, without points that only the earlier sweep has, which are counted. Nothing in it is taken for Markdown or HTML, whoever wrote it. */
export function renderComparisonMarkdown(comparison: SweepComparison): string {
  const now = comparison.points.filter(({ after }) => after !== undefined)
  const shown = now.slice(0, shownPoints)
  const gone = comparison.points.length - now.length
  const rows = shown.map((point) => [nameOf(point, markdownText), ...cellsOf(point), verdictOf(point)])
  const table = [
    ['Point', ...heads.map(([, head]) => head), 'Verdict'],
    ['---', ...heads.map(() => '---:'), '---'],
    ...rows,
  ]
  const hidden = now.length - shown.length
  return [
    table.map((cells) => `| ${cells.join(' | ')} |`).join('\n'),
    ...(hidden > 0 ? [`${hidden} more points are in comparison.json.`] : []),
    ...(gone > 0 ? [`${gone} ${gone === 1 ? 'point is' : 'points are'} of the earlier sweep alone.`] : []),
    notesOf({ ...comparison, points: shown }, markdownText)
      .map((note) => `- ${note}`)
      .join('\n'),
    caution,
    '',
  ]
    .filter((part, i, all) => part !== '' || i === all.length - 1)
    .join('\n\n')
}

type Safe = (text: string, limit?: number) => string

function nameOf({ configKey, name, lanes }: ComparedPoint, safe: Safe): string {
  return `${safe(configKey, 80)} ${safe(name, 80)}, ${lanes} ${lanes === 1 ? 'lane' : 'lanes'}`
}

/** Now, and the change where both did the same work. */
function cellsOf({ figures, work }: ComparedPoint): string[] {
  const isSameWork = Object.keys(work).length === 0
  return heads.map(([name]) => {
    const { before, after, change: interval } = figures[name] ?? {}
    const isShare = name === 'cache_hit_measured'
    const now = isShare ? renderShare(after) : renderFigure(after)
    if (!isSameWork || before === undefined || after === undefined) return now
    const change = isShare ? points(after - before) : percent(before, after)
    return interval ? `${now} ${change} ${ends(interval, isShare ? 0 : 1)}` : `${now} ${change}`
  })
}

/** `[-2.0 +9.3]`, with a mark where nothing changing is not in it. `neutral`: what says so. */
function ends({ low, high }: { readonly low: number; readonly high: number }, neutral: number): string {
  const [from, to] = [signed((low - neutral) * 100, 1), signed((high - neutral) * 100, 1)]
  return `[${from} ${to}]${low > neutral || high < neutral ? '*' : ''}`
}

function points(difference: number): string {
  return `(${signed(difference * 100, 1)} pt)`
}

function percent(before: number, after: number): string {
  return before === 0 ? '(was 0)' : `(${signed((after / before - 1) * 100, 1)}%)`
}

/** Never `-0.0`. */
function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits)
  const isZero = Number(text) === 0
  return `${isZero ? '±' : value < 0 ? '-' : '+'}${text}`
}

function verdictOf({ before, after }: ComparedPoint): string {
  if (before === undefined) return `${after} (new)`
  if (after === undefined) return `${before} (gone)`
  return before === after ? after : `${before} -> ${after}`
}

const shownNotes = 40

/** In what points differ beside their figures: each difference once, with how many points have it. */
function notesOf({ points }: SweepComparison, safe: Safe): string[] {
  const notes = points.flatMap(({ job, work }) => [
    ...Object.entries(job).map(([field, sides]) => `${safe(field, 40)}: ${change(sides, safe)}`),
    ...Object.entries(work).map(
      ([facet, sides]) => `another work (${safe(facet, 40)}: ${change(sides, safe)}): no changes are told`,
    ),
  ])
  const counted = [...Map.groupBy(notes, (note) => note)].map(
    ([note, all]) => `${note} (${all.length} ${all.length === 1 ? 'point' : 'points'})`,
  )
  const hidden = counted.length - shownNotes
  return [...counted.slice(0, shownNotes), ...(hidden > 0 ? [`and ${hidden} more differences`] : [])]
}

function change({ before, after }: { before?: string | undefined; after?: string | undefined }, safe: Safe): string {
  const side = (text: string | undefined) => (text === undefined ? 'none' : safe(text, 120))
  return `${side(before)} -> ${side(after)}`
}
