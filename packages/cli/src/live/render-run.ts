import type { ViewLine } from '../terminal/live-lines.ts'
import { grouped, several } from '../terminal/output.ts'
import { aboutText, clockText } from './clock-text.ts'
import type { RunView } from './run-tally.ts'

/** From so many columns on there is room for the tails. */
const WIDE = 99
const LEAST_BAR = 16
const MOST_BAR = 60

/** The live view of a run in ASCII: what belongs together flows over as many lines as it takes, each at most `columns` wide. */
export function renderRunView(view: RunView, columns: number): ViewLine[] {
  const head = flow([`${whatOf(view)}  ${timeOf(view)}`, ...placeOf(view)], columns)
  const counts = flow([...requestsOf(view), ...ratesOf(view)], columns)
  const latencies = flow(latenciesOf(view, { wide: columns >= WIDE }), columns)
  const failed = failuresOf(view)
  const lines: ViewLine[] = [
    ...withBar(head, view, columns).map((text) => ({ text, tone: 'strong' as const })),
    ...[...counts, ...latencies].map((text) => ({
      text,
      tone: 'plain' as const,
    })),
    ...(failed === '' ? [] : [{ text: `failed: ${failed}`, tone: 'bad' as const }]),
  ]
  return lines.map(({ text, tone }) => ({ text: text.slice(0, columns), tone }))
}

/** The same in one line of any width, for a pipe or a log. */
export function renderRunLine(view: RunView): string {
  const { ttftMs, tpotMs, outputPerS } = view
  const failed = failuresOf(view)
  return [
    ...placeOf(view),
    `${whatOf(view)}: ${timeOf(view)}`,
    ...requestsOf(view),
    ...(failed === '' ? [] : [`failed: ${failed}`]),
    ...(ttftMs ? [`TTFT p50 ${ms(ttftMs.p50)}, p90 ${ms(ttftMs.p90)}`] : []),
    ...(tpotMs ? [`TPOT p50 ${ms(tpotMs.p50)}, p90 ${ms(tpotMs.p90)}`] : []),
    ...(outputPerS === undefined ? [] : [`output ${rate(outputPerS)}`]),
  ].join('; ')
}

/** What stays when the run is over; the numbers are in its result. */
export function renderRunEnd(view: RunView): string {
  const failed = failuresOf(view)
  return `${view.load}: over; ${endedOf(view)}${failed === '' ? '' : `; failed: ${failed}`}`
}

/** Pieces in their order, as many in a line as there is room for. */
function flow(pieces: readonly string[], columns: number): string[] {
  const lines: string[] = []
  for (const piece of pieces) {
    const line = lines.at(-1)
    if (line !== undefined && line.length + 2 + piece.length <= columns) lines[lines.length - 1] = `${line}  ${piece}`
    else lines.push(piece)
  }
  return lines
}

/** The bar takes what is left of the last line, or a line of its own. */
function withBar(head: readonly string[], view: RunView, columns: number): string[] {
  const done = doneOf(view)
  if (done === undefined) return [...head]
  const percent = ` ${Math.floor(done * 100)} %`
  const room = columns - (head.at(-1)?.length ?? 0) - 4 - percent.length
  const inline = room >= LEAST_BAR
  const width = Math.min(MOST_BAR, inline ? room : columns - 2 - percent.length)
  if (width < 4) return [...head]
  const full = Math.floor(done * width)
  const bar = `[${'#'.repeat(full)}${'.'.repeat(width - full)}]${percent}`
  return inline ? [...head.slice(0, -1), `${head.at(-1)}  ${bar}`] : [...head, bar]
}

/** Share of the phase that is over; of warm-up, of its requests. */
function doneOf({ plannedMs, elapsedMs, warmup }: RunView): number | undefined {
  if (warmup) return warmup.planned === 0 ? undefined : warmup.ended / warmup.planned
  return plannedMs === undefined || plannedMs <= 0 ? undefined : Math.min(1, elapsedMs / plannedMs)
}

function placeOf({ place }: RunView): string[] {
  if (!place) return []
  return [`point ${place.point} of ${place.of}${place.leftMs === undefined ? '' : `, ${aboutText(place.leftMs)} left`}`]
}

function whatOf({ load, attempt, phase, stopping }: RunView): string {
  const what = stopping ? 'stopping' : (phase ?? 'starting')
  return `${load}, ${what}${attempt > 1 ? ` (attempt ${attempt})` : ''}`
}

function timeOf({ elapsedMs, plannedMs, warmup, startsInMs }: RunView): string {
  if (startsInMs !== undefined) return `in ${clockText(startsInMs)}`
  if (warmup) return `${clockText(elapsedMs)}, ${waitOf(warmup)}`
  if (plannedMs === undefined) return clockText(elapsedMs)
  // Both halves are of whole seconds, so that they add up to the whole.
  const shownMs = Math.floor(Math.min(elapsedMs, plannedMs) / 1_000) * 1_000
  return `${clockText(elapsedMs)} of ${clockText(plannedMs)}, ${clockText(plannedMs - shownMs)} left`
}

function waitOf({
  ended,
  planned,
  waitsFor: { requests, inputTokens },
  aboutMs,
}: NonNullable<RunView['warmup']>): string {
  const about = aboutMs === undefined ? '' : `, about ${aboutText(aboutMs)}`
  const left = planned - ended
  if (requests === 0) return `${grouped(left)} of ${several(planned, 'request')} left${about}`
  const what = `${several(requests, 'prompt')} of ${several(inputTokens, 'token')}`
  const later = left - requests
  return `waits for ${what}${later > 0 ? `, ${grouped(later)} to come` : ''}${about}`
}

function requestsOf(view: RunView): string[] {
  const { lanes, busyLanes, inFlight } = view
  const busy =
    lanes === undefined ? several(busyLanes, 'tree') : `${busyLanes} of ${lanes} ${lanes === 1 ? 'lane' : 'lanes'}`
  return [`${busy} busy, ${grouped(inFlight)} in flight`, endedOf(view)]
}

function endedOf({ ended, ok, truncated, cancelled }: RunView): string {
  const others = [
    ...(truncated > 0 ? [`${grouped(truncated)} truncated`] : []),
    ...(cancelled > 0 ? [`${grouped(cancelled)} cancelled`] : []),
  ]
  return `${several(ended, 'request')} ended (${[`${grouped(ok)} ok`, ...others].join(', ')})`
}

function latenciesOf({ ttftMs, tpotMs }: RunView, { wide }: { readonly wide: boolean }): string[] {
  const shown = (values: RunView['ttftMs']) => {
    if (!values) return '-'
    const tail = wide ? `, p99 ${ms(values.p99)}` : ''
    return `p50 ${ms(values.p50)}, p90 ${ms(values.p90)}${tail}`
  }
  return [`TTFT ${shown(ttftMs)}`, `TPOT ${shown(tpotMs)}`]
}

function ratesOf({ outputPerS, hitShare, lateMs }: RunView): string[] {
  return [
    `output ${outputPerS === undefined ? '-' : `${rate(outputPerS)} (of ended requests)`}`,
    ...(hitShare === undefined ? [] : [`cached ${Math.floor(hitShare * 100)} %`]),
    `late p99 ${lateMs ? ms(lateMs.p99) : '-'}`,
  ]
}

/** Classes are names of our own; only their shape is trusted. */
function failuresOf({ failures }: RunView): string {
  return failures.map(([name, count]) => `${grouped(count)} ${name.replace(/[^\w-]/g, '?').slice(0, 40)}`).join(', ')
}

/** Two figures: the view is no measurement. */
function ms(value: number): string {
  if (value < 0.1) return '<0.1 ms'
  return value < 9.95 ? `${value.toFixed(1)} ms` : `${grouped(Number(value.toPrecision(value < 995 ? 2 : 3)))} ms`
}

function rate(tokensPerS: number): string {
  return `${grouped(tokensPerS < 9.95 ? Number(tokensPerS.toFixed(1)) : Math.round(tokensPerS))} tok/s`
}
