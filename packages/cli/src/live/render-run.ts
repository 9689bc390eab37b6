import type { ViewLine } from '../terminal/live-lines.ts'
import { grouped, several } from '../terminal/output.ts'
import type { RunView } from './run-tally.ts'

/** The live view of a run: at most five lines of ASCII, each at most `columns` wide. */
export function renderRunView(view: RunView, columns: number): ViewLine[] {
  const failed = failuresOf(view)
  const lines: ViewLine[] = [
    { text: headOf(view, columns), tone: 'strong' },
    { text: requestsOf(view), tone: 'plain' },
    { text: latenciesOf(view), tone: 'plain' },
    { text: ratesOf(view), tone: 'plain' },
    ...(failed === '' ? [] : [{ text: `failed: ${failed}`, tone: 'bad' as const }]),
  ]
  return lines.map(({ text, tone }) => ({ text: text.slice(0, columns), tone }))
}

/** The same in one line of any width, for a pipe or a log. */
export function renderRunLine(view: RunView): string {
  const { ttftMs, tpotMs, outputPerS } = view
  const failed = failuresOf(view)
  return [
    `${whatOf(view)}: ${timeOf(view)}`,
    requestsOf(view),
    ...(failed === '' ? [] : [`failed: ${failed}`]),
    ...(ttftMs ? [`TTFT p50 ${ms(ttftMs.p50)}`] : []),
    ...(tpotMs ? [`TPOT p50 ${ms(tpotMs.p50)}`] : []),
    ...(outputPerS === undefined ? [] : [`output ${rate(outputPerS)}`]),
  ].join('; ')
}

/** What stays when the run is over; the numbers are in its result. */
export function renderRunEnd(view: RunView): string {
  const failed = failuresOf(view)
  return `${view.load}: over; ${endedOf(view)}${failed === '' ? '' : `; failed: ${failed}`}`
}

function headOf(view: RunView, columns: number): string {
  const head = `${whatOf(view)}  ${timeOf(view)}`
  const { plannedMs, elapsedMs } = view
  const width = Math.min(24, columns - head.length - 4)
  if (plannedMs === undefined || width < 8) return head
  const done = Math.round(width * Math.min(1, elapsedMs / plannedMs))
  return `${head}  [${'#'.repeat(done)}${'.'.repeat(width - done)}]`
}

function whatOf({ load, attempt, phase, stopping }: RunView): string {
  const what = stopping ? 'stopping' : (phase ?? 'starting')
  return `${load}, ${what}${attempt > 1 ? ` (attempt ${attempt})` : ''}`
}

function timeOf({ elapsedMs, plannedMs, warmup, startsInMs }: RunView): string {
  if (startsInMs !== undefined) return `in ${clock(startsInMs)}`
  if (warmup) return `${clock(elapsedMs)}, ${leftOf(warmup, elapsedMs)}`
  if (plannedMs === undefined) return clock(elapsedMs)
  // Of whole seconds, so that the three add up.
  const leftS = Math.max(0, secondsOf(plannedMs) - secondsOf(elapsedMs))
  return `${clock(elapsedMs)} of ${clock(plannedMs)}, ${clock(leftS * 1_000)} left`
}

/** Replies of warm-up come as the server gets through its prompts: those to come will take about as long as those that came. */
function leftOf({ ended, planned }: NonNullable<RunView['warmup']>, elapsedMs: number): string {
  const left = planned - ended
  const about = ended > 0 && left > 0 ? `, about ${clock((elapsedMs / ended) * left)}` : ''
  return `${grouped(left)} of ${several(planned, 'request')} left${about}`
}

function requestsOf(view: RunView): string {
  const { lanes, busyLanes, inFlight } = view
  const busy =
    lanes === undefined ? several(busyLanes, 'tree') : `${busyLanes} of ${lanes} ${lanes === 1 ? 'lane' : 'lanes'}`
  return `${busy} busy, ${grouped(inFlight)} in flight; ${endedOf(view)}`
}

function endedOf({ ended, ok, truncated, cancelled }: RunView): string {
  const others = [
    ...(truncated > 0 ? [`${grouped(truncated)} truncated`] : []),
    ...(cancelled > 0 ? [`${grouped(cancelled)} cancelled`] : []),
  ]
  return `${several(ended, 'request')} ended (${[`${grouped(ok)} ok`, ...others].join(', ')})`
}

function latenciesOf({ ttftMs, tpotMs }: RunView): string {
  const ttft = ttftMs ? `p50 ${ms(ttftMs.p50)}, p90 ${ms(ttftMs.p90)}` : '-'
  const tpot = tpotMs ? `p50 ${ms(tpotMs.p50)}, p90 ${ms(tpotMs.p90)}` : '-'
  return `TTFT ${ttft}  TPOT ${tpot}`
}

function ratesOf({ outputPerS, lateMs }: RunView): string {
  const output = outputPerS === undefined ? '-' : `${rate(outputPerS)} (of ended requests)`
  return `output ${output}  late p99 ${lateMs ? ms(lateMs.p99) : '-'}`
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

/** `0:07`, `12:05`, `1:02:03`. */
function clock(milliseconds: number): string {
  const seconds = secondsOf(milliseconds)
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

function secondsOf(milliseconds: number): number {
  return Math.floor(milliseconds / 1_000)
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
