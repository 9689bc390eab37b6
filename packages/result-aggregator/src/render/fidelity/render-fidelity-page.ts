import { printable } from '@reprise/safe-text'
import { checksOf } from '../../fidelity/check-list.ts'
import type { Fidelity, FidelityCheck, FidelityCondition } from '../../result/fidelity.ts'
import { type Html, html } from '../html.ts'
import { type PageAssets, renderPage } from '../page.ts'
import { chartFigure } from '../report/sections/chart-figure.ts'
import { type Column, dataTable } from '../report/sections/data-table.ts'
import type { FidelityPageData } from './client/overlay-data.ts'
import { checkValue } from './fidelity-table.ts'
import type { Overlay } from './overlay-of.ts'

export interface FidelityPage {
  readonly fidelity: Fidelity
  readonly overlay: Overlay
}

const sections = [
  ['verdict', 'Verdict'],
  ['checks', 'Checks'],
  ['timelines', 'Timelines'],
] as const

/** Whether a run was the workload that it was to be, with both timelines over one another, as one page that needs nothing else. */
export function renderFidelityPage({ fidelity, overlay }: FidelityPage, assets: PageAssets): string {
  const names = namesOf(fidelity)
  const data: FidelityPageData = {
    schema: 'fidelity-page/1',
    names,
    sessions: overlay.sessions,
    charts: overlay.drifts.length > 1 ? [driftChart(overlay)] : [],
  }
  return renderPage(
    {
      kind: 'fidelity',
      title: printable(`${fidelity.a} and ${fidelity.b}`, 300),
      lead: fidelity.sentence,
      sections,
      main: html`${section('verdict', verdictPart(fidelity))}
${section('checks', checksPart(fidelity))}
${section('timelines', timelinesPart(names, overlay))}`,
      data,
    },
    assets,
  )
}

function namesOf({ kind }: Fidelity): FidelityPageData['names'] {
  return kind === 'capture' ? ['captured', 'replayed'] : ['A', 'B']
}

function section(id: (typeof sections)[number][0], body: Html): Html {
  const [, name] = sections.find(([each]) => each === id)!
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${name}</h2>${body}</section>`
}

function verdictPart(fidelity: Fidelity): Html {
  const { conditions, counts, a, b } = fidelity
  const [nameA, nameB] = namesOf(fidelity)
  const count = (value: number) => value.toLocaleString('en-US')
  type Counted = { readonly what: string; readonly values: readonly (number | undefined)[] }
  const { sessions } = counts
  const rows: Counted[] = [
    { what: 'requests', values: [counts.captured, counts.planned, counts.dispatched, counts.completed] },
    { what: 'sessions', values: [sessions.captured, sessions.planned, sessions.dispatched, undefined] },
  ]
  const isOfTwo = fidelity.kind === 'captures'
  const rowsOfTwo: Counted[] = [
    { what: 'requests', values: [counts.captured, counts.dispatched] },
    { what: 'sessions', values: [sessions.captured, sessions.dispatched] },
  ]
  const counted: readonly Column<Counted>[] = [
    { head: 'Counts', text: true, cell: ({ what }) => what },
    ...(isOfTwo ? [nameA, nameB] : [nameA, 'planned', 'sent', 'answered']).map(
      (head, index): Column<Counted> => ({
        head,
        cell: ({ values }) => (values[index] === undefined ? '-' : count(values[index])),
      }),
    ),
  ]
  const conditionColumns: readonly Column<FidelityCondition>[] = [
    { head: 'Condition', text: true, cell: ({ name }) => name },
    { head: 'State', text: true, cell: ({ state, accepted }) => `${state}${accepted ? ', accepted' : ''}` },
    { head: nameA, text: true, cell: (each) => printable(each.a ?? 'not told', 200) },
    { head: nameB, text: true, cell: (each) => printable(each.b ?? 'not told', 200) },
  ]
  return html`<dl><dt>${nameA}</dt><dd>${printable(a, 300)}</dd><dt>${nameB}</dt><dd>${printable(b, 300)}</dd></dl>
${dataTable('Requests and sessions', counted, isOfTwo ? rowsOfTwo : rows, { open: true })}
${dataTable('Conditions', conditionColumns, conditions, { open: true })}`
}

function checksPart({ kind, checks }: Fidelity): Html {
  const termsOf = ({ name }: FidelityCheck) => checksOf(kind)[name]!
  const figure = (which: 'p10' | 'p50' | 'p90' | 'p99' | 'max'): Column<FidelityCheck> => ({
    head: which,
    cell: (check) =>
      check.differences ? checkValue(check.differences[which], termsOf(check).unit, { signed: true }) : '',
  })
  const columns: readonly Column<FidelityCheck>[] = [
    { head: 'Check', text: true, cell: (check) => termsOf(check).title },
    { head: 'Verdict', text: true, cell: ({ verdict }) => verdict },
    {
      head: 'Value',
      cell: (check) => (check.value === undefined ? '-' : checkValue(check.value, termsOf(check).unit)),
    },
    {
      head: 'At most',
      cell: (check) => `${checkValue(check.limit, termsOf(check).unit)}${check.limitChanged ? ' (changed)' : ''}`,
    },
    ...(['p10', 'p50', 'p90', 'p99', 'max'] as const).map(figure),
    { head: 'What it is', text: true, cell: (check) => printable(check.reason ?? termsOf(check).about, 300) },
  ]
  return html`${dataTable('Every check', columns, checks, { open: true })}
${checks.filter(({ named }) => named.length > 0).map((check) => namedPart(check, termsOf(check)))}`
}

function namedPart(
  { verdict, named, more }: FidelityCheck,
  { title, unit }: ReturnType<typeof checksOf>[string],
): Html {
  type Named = FidelityCheck['named'][number]
  const columns: readonly Column<Named>[] = [
    { head: 'Which', text: true, cell: ({ name }) => printable(name, 300) },
    { head: 'By', cell: ({ by }) => (by === undefined ? '' : checkValue(by, unit, { signed: true })) },
  ]
  const others = more > 0 ? `, the first of ${(named.length + more).toLocaleString('en-US')}` : ''
  return dataTable(`${title}: by name${others}`, columns, named, { open: verdict === 'deviates' })
}

function timelinesPart(names: FidelityPageData['names'], { sessions, sessionsInAll, drifts }: Overlay): Html {
  const shown =
    sessions.length === sessionsInAll
      ? `All ${sessionsInAll.toLocaleString('en-US')} sessions are shown.`
      : `${sessions.length} of ${sessionsInAll.toLocaleString('en-US')} sessions are shown, those that differ most.`
  return html`<div class="controls"><span class="buttons" role="group" aria-label="Part of the timelines"><button type="button" id="zoom-in">Zoom in</button><button type="button" id="zoom-out">Zoom out</button><button type="button" id="zoom-left">Earlier</button><button type="button" id="zoom-right">Later</button><button type="button" id="zoom-all">All</button></span></div>
${chartFigure({
  id: 'chart-overlay',
  title: 'Both timelines over one another',
  about: `Two rows for each session: ${names[0]}, hollow, over ${names[1]}, filled. A bar is a request, tall until its first token where that is known, low behind it; what failed has another rim. Each side counts from its own beginning. ${shown} Ctrl and the wheel zoom, dragging moves.`,
})}
${chartFigure({
  id: 'chart-drift',
  title: 'How much later requests began',
  absent: drifts.length < 2 && 'Fewer than two requests are on both sides.',
  about: `Of requests that both have: the start of ${names[1]} less that of ${names[0]}, over time${drifts.length > mostPoints ? `, ${mostPoints} of ${drifts.length.toLocaleString('en-US')}, evenly spread` : ''}.`,
})}`
}

const mostPoints = 400

function driftChart({ drifts }: Overlay): FidelityPageData['charts'][number] {
  const step = Math.max(1, (drifts.length - 1) / (mostPoints - 1))
  const count = Math.min(mostPoints, drifts.length)
  return {
    id: 'chart-drift',
    xTitle: 'since the beginning',
    yTitle: 'later by',
    xUnit: 'ms',
    yUnit: 'ms',
    even: true,
    curves: [{ name: 'start', points: Array.from({ length: count }, (_, index) => drifts[Math.round(index * step)]!) }],
  }
}
