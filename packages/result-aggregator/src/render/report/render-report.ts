import { printable } from '@reprise/safe-text'
import type { Collection } from '../../result/collection.ts'
import { loadSizeOf } from '../../result/load-size.ts'
import { Html, html } from '../html.ts'
import { type PageAssets, renderPage } from '../page.ts'
import type { ReportCapacity, ReportData } from './client/report-data.ts'
import { buildReportData } from './content/build-report-data.ts'
import type { CapacityStory } from './content/capacity-story.ts'
import { groupRuns, type LabelledRun, labelRuns } from './content/group-runs.ts'
import { defaultPrices, type PriceTable } from './content/price-table.ts'
import type { ReportRun } from './content/report-run.ts'
import { hasAgents } from './sections/agents.ts'
import { capacity } from './sections/capacity.ts'
import { headline } from './sections/headline.ts'
import { jobList } from './sections/job-list.ts'
import { notMeasured } from './sections/not-measured.ts'
import { pageParts } from './sections/page-parts.ts'
import { hasPower } from './sections/power.ts'
import { provenance } from './sections/provenance.ts'

/**
 * The report of some runs as one page that needs nothing else: no network, no other file. Equal input, equal bytes.
 *
 * @param sweep whose jobs the runs are of: it is shown first, with the jobs that failed.
 * @param capacity what a search that the runs are of found; it is shown first, too.
 */
export function renderReport(
  runs: readonly ReportRun[],
  assets: PageAssets,
  {
    sweep,
    prices = defaultPrices,
    capacity: story,
  }: { readonly sweep?: Collection; readonly prices?: PriceTable; readonly capacity?: CapacityStory } = {},
): string {
  if (sweep && runs.length === 0) return renderJobsPage(sweep, assets)
  const groups = groupRuns(runs)
  const labelled = labelRuns(groups)
  const data: ReportData = { ...buildReportData(groups), ...(story && { capacity: drawnOf(story) }) }
  const title = titleOf(labelled)
  return renderPage(
    {
      kind: 'report',
      title,
      lead: leadOf(labelled, groups.length),
      sections: [
        ...(sweep ? [['jobs', 'Jobs'] as const] : []),
        ...(story ? [['capacity', 'Capacity'] as const] : []),
        ...sections.filter(([id]) => !lacking(runs, data, prices).has(id)),
      ],
      main: html`${sweep ? jobList(sweep) : ''}${story ? capacity(story) : ''}${headline(labelled, data)}${pageParts(labelled, groups, { ...data, prices })}
<section id="provenance" aria-labelledby="provenance-title"><h2 id="provenance-title">Provenance</h2>${provenance(labelled)}</section>
<section id="absent" aria-labelledby="absent-title"><h2 id="absent-title">What is not measured</h2>${notMeasured(labelled)}</section>`,
      data,
    },
    assets,
  )
}

/** What the page's script draws of it. */
function drawnOf({ unit, objectives, sizes }: CapacityStory): ReportCapacity {
  return {
    unit,
    objectives,
    sizes: sizes.map(({ size, verdict, shares }) => ({
      ...{ size, verdict },
      shares: shares.map(({ seen: _, ...share }) => share),
    })),
  }
}

/** A sweep without a single good run has nothing to draw, and still says what became of its jobs. */
function renderJobsPage(sweep: Collection, { style }: PageAssets): string {
  const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
  return html`<!doctype html>
<html lang="en" data-theme="auto">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sweep · Reprise report</title>
<link rel="icon" href="data:,">
<style>${new Html(style)}</style>
</head>
<body>
<header><p class="brand">Reprise report</p><h1>No job of the sweep was measured</h1></header>
<main id="main" tabindex="-1">
${jobList(sweep)}
</main>
</body>
</html>
`.text
}

const sections = [
  ['headline', 'In short'],
  ['tradeoff', 'Throughput'],
  ['latency', 'Latency'],
  ['trend', 'Trend'],
  ['agents', 'Agents'],
  ['jobs-done', 'Jobs'],
  ['cost', 'Cost'],
  ['power', 'Power'],
  ['cache', 'Cache'],
  ['server', 'Server'],
  ['client', 'Client'],
  ['run', 'One run'],
  ['provenance', 'Provenance'],
  ['absent', 'Not measured'],
] as const

/** Sections that the page has none of. */
function lacking(runs: readonly ReportRun[], { marks, trends }: ReportData, prices: PriceTable): ReadonlySet<string> {
  const has: readonly (readonly [id: string, has: boolean])[] = [
    ['server', runs.some(({ result }) => result.server !== undefined)],
    ['jobs-done', runs.some(({ result }) => result.jobs?.perHourPerUser !== undefined)],
    ['trend', trends !== undefined],
    ['agents', hasAgents(marks)],
    ['power', hasPower(marks, prices)],
  ]
  return new Set(has.flatMap(([id, isThere]) => (isThere ? [] : [id])))
}

function titleOf(runs: readonly LabelledRun[]): string {
  const models = [...new Set(runs.map(({ run }) => run.result.identity.model))]
  const hardware = [...new Set(runs.flatMap(({ run }) => run.result.identity.hardware ?? []))]
  const shown =
    models.length > 3 ? `${models.slice(0, 3).join(', ')} and ${models.length - 3} more models` : models.join(', ')
  return printable(hardware.length > 0 ? `${shown} on ${hardware.join(', ')}` : shown, 160)
}

function leadOf(runs: readonly LabelledRun[], groups: number): string {
  const sizes = runs.map(({ run }) => loadSizeOf(run.result.load))
  const hasLanes = sizes.every(({ unit }) => unit === 'lanes')
  const lanes = [...new Set(sizes.map(({ value }) => value))].sort((one, other) => one - other)
  const plural = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`
  const simulated = runs.filter(({ run }) => run.result.provenance.target.simulated).length
  const model =
    simulated === 0
      ? ''
      : simulated === runs.length
        ? ' A model of an engine answered.'
        : ` In ${simulated} of them a model of an engine answered.`
  const ofLanes = !hasLanes
    ? [...new Set(sizes.map(({ label }) => label))].slice(0, 12).join(', ')
    : lanes.length > 12
      ? `${lanes[0]} to ${lanes.at(-1)} lanes`
      : `${lanes.join(', ')} ${lanes.join() === '1' ? 'lane' : 'lanes'}`
  return `${plural(runs.length, 'run')} at ${ofLanes}${groups > 1 ? `, in ${groups} groups` : ''}. ${hasLanes ? 'A lane is one agent at work.' : 'A lane is one agent at work; of an open load, one arrival.'}${model}`
}
