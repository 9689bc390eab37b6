import { textTable } from '@reprise/result-aggregator'
import type { Objective, ObjectiveShare, UnclearReason } from '@reprise/result-aggregator/run'
import { printable } from '@reprise/safe-text'
import type { Point } from './point.ts'
import type { Found } from './search-capacity.ts'
import type { SizeRange } from './size-ladder.ts'

/** What was asked of a server. */
export interface CapacityQuestion {
  readonly objectives: readonly Objective[]
  readonly range: SizeRange
  /** Steps between sizes, as a share. */
  readonly resolution: number
}

/** A table with a row for each size, and in a sentence how much the server holds; plain ASCII. */
export function renderCapacity(found: Found, question: CapacityQuestion): string {
  const notes = found.points.flatMap(({ size, note }) =>
    note === undefined ? [] : [`- ${sizeText(size, question)}: ${printable(note, 300)}`],
  )
  return [renderPoints(found.points, question), ...notes, ...renderConclusion(found, question)].join('\n')
}

/** One size on its own, for progress. */
export function renderPoint({ size, verdict, shares, note, runs }: Point, question: CapacityQuestion): string {
  const told = shares.map(
    (share, i) => `${objectiveText(question.objectives[i]!)}: ${shareText(share, question.objectives[i]!)}`,
  )
  const all = note === undefined ? told : [...told, printable(note, 300)]
  return `${sizeText(size, question)}: ${verdict}${runs.length > 1 ? ` (${runs.length} runs)` : ''}; ${all.join('; ')}`
}

/** Two lines for each size: what was seen, and how many kept it. */
function renderPoints(points: readonly Point[], question: CapacityQuestion): string {
  const { objectives, range } = question
  const head = [range.unit === 'lanes' ? 'lanes' : 'sessions/s', 'runs', ...objectives.map(objectiveText), 'verdict']
  const rows = points.flatMap(({ size, runs, shares, verdict }) => {
    const cells = objectives.map((objective, i) => partsOf(shares[i], objective))
    return [
      [String(size), String(runs.length), ...cells.map(([seen]) => seen), verdict],
      ['', '', ...cells.map(([, kept]) => kept), reasonsOf(shares).join(', ')],
    ]
  })
  return textTable([head, ...rows])
}

function shareText(share: ObjectiveShare, objective: Objective): string {
  const parts = [...partsOf(share, objective), ...reasonsOf([share])]
  return parts.filter((part) => part !== '').join(', ')
}

/** `412 ms` and `97.1 % +-2.0 keep it`. */
export function partsOf(share: ObjectiveShare | undefined, objective: Objective): [seen: string, kept: string] {
  const { n = 0, within = 0, value, uncertainty } = share ?? {}
  const seen = value === undefined ? '-' : valueText(value, objective)
  const spread = uncertainty === undefined ? '' : ` +-${(100 * uncertainty).toFixed(1)}`
  return [seen, n === 0 ? '' : `${((100 * within) / n).toFixed(1)} %${spread} keep it`]
}

/** Why no more can be said, each reason once. */
export function reasonsOf(shares: readonly ObjectiveShare[]): string[] {
  const whys = shares.flatMap(({ verdict, why }) => (verdict === 'unclear' && why ? [whyText[why]] : []))
  return [...new Set(whys)]
}

const whyText: Readonly<Record<UnclearReason, string>> = {
  close: 'too close to tell',
  'few-values': 'too few requests',
  'few-plays': 'too few plays',
  'short-window': 'too short to tell',
  'beyond-values': 'too few to tell so high a percentile',
  'cut-off': 'cut off by the end',
  'fell-behind': 'the server fell behind',
  'offered-load': 'decided by what arrives',
}

/** `ttft_p90 <= 15 s` */
export function objectiveText(objective: Objective): string {
  const { metric, percentile, bound } = objective
  return `${metric}_p${percentile} ${isSpeed(objective) ? '>=' : '<='} ${valueText(bound, objective)}`
}

function valueText(value: number, objective: Objective): string {
  if (isSpeed(objective)) return `${Number(value.toPrecision(3))} tok/s`
  return value >= 1000 ? `${Number((value / 1000).toPrecision(3))} s` : `${Number(value.toPrecision(3))} ms`
}

function isSpeed({ metric }: Objective): boolean {
  return metric.endsWith('interactivity')
}

function sizeText(size: number, { range: { unit } }: CapacityQuestion): string {
  return unit === 'lanes' ? `${size} ${size === 1 ? 'lane' : 'lanes'}` : `${size} sessions/s`
}

/** What was found in a sentence, and before it what has to be known of the search. */
export function renderConclusion(
  found: Omit<Found, 'points'> & { readonly points: readonly unknown[] },
  question: CapacityQuestion,
): string[] {
  const { keepsAbove, ended } = found
  const strange =
    keepsAbove.length === 0
      ? []
      : [
          `not monotone: ${keepsAbove.map((size) => sizeText(size, question)).join(', ')} keep all of it although a smaller load does not; look at these runs before you rely on either`,
        ]
  const short = ended === 'found' ? [] : [`the search is not over: ${endText[ended]}`]
  return [...short, ...strange, conclusionText(found, question)]
}

const endText = {
  'max-runs': 'it made as many runs as --max-runs allows',
  'max-time': 'another run would last beyond --max-time',
  interrupted: 'it was told to stop',
  failed: 'a run could not be made',
} as const

function conclusionText(
  { holds, breaks, unclear, points }: Parameters<typeof renderConclusion>[0],
  question: CapacityQuestion,
): string {
  const asked = question.objectives.map(objectiveText).join(' and ')
  const size = (value: number) => sizeText(value, question)
  const open = unclear.length === 0 ? '' : `; of ${unclear.join(', ')} the runs cannot tell`
  if (holds !== undefined && breaks !== undefined)
    return `holds ${size(holds)} within ${asked}, and not ${size(breaks)}${open}`
  if (holds !== undefined) {
    const isMost = holds === question.range.to
    return `holds ${size(holds)} within ${asked}${isMost ? ', the most that was to be tried' : ''}: no size that was measured breaks it${open}`
  }
  if (breaks !== undefined) {
    const isLeast = breaks === question.range.from
    return `does not hold ${isLeast ? 'even ' : ''}${size(breaks)} within ${asked}, and no size that was measured certainly keeps it${open}`
  }
  return points.length === 0
    ? 'nothing was measured'
    : `nothing certain can be said of ${asked}${open}: longer runs (--duration) or more of them (--max-repeats) tell more`
}
