import type { PercentileName, ReportMark } from './report-data.ts'

/** What the users of a tier may expect. */
export interface SloTier {
  readonly name: string
  /** At most. */
  readonly ttftMs: number
  /** At least, tokens per second. */
  readonly interactivity: number
}

/** How many agents a curve has been seen to hold. */
export interface AgentsWithin {
  /** The largest number of lanes that keeps both objectives, as do all smaller ones that were measured; 0 where the smallest does not. */
  readonly lanes: number
  /** Its run; of 0 that of the smallest. */
  readonly mark: ReportMark
  /** Both keep with the whole of their intervals too. */
  readonly isSure: boolean
  /** The smallest number that does not keep them. Absent: every one that was measured does. */
  readonly next?: number
}

/** `marks`: of one curve of a closed load. `undefined` where none has both figures. Between two numbers of lanes nothing was measured, and nothing is said. */
export function agentsWithin(
  marks: readonly ReportMark[],
  { ttftMs, interactivity }: SloTier,
  percentile: PercentileName,
): AgentsWithin | undefined {
  const [ttft, speed] = [`ttft.${percentile}`, `interactivity.${percentile}`] as const
  const known = marks
    .filter(({ figures, unit }) => unit === undefined && figures[ttft] !== undefined && figures[speed] !== undefined)
    .toSorted((one, other) => one.lanes - other.lanes)
  const keeps = ({ figures }: ReportMark) => figures[ttft]! <= ttftMs && figures[speed]! >= interactivity
  const breaking = known.findIndex((mark) => !keeps(mark))
  const held = breaking === -1 ? known : known.slice(0, breaking)
  const next = breaking === -1 ? undefined : known[breaking]!.lanes
  const mark = held.findLast(({ lanes }) => lanes !== next) ?? known[0]
  if (!mark) return undefined
  const lanes = held.includes(mark) && mark.lanes !== next ? mark.lanes : 0
  const [slowest, least] = [mark.ends[ttft]?.[1], mark.ends[speed]?.[0]]
  const isSure =
    lanes > 0 && slowest !== undefined && least !== undefined && slowest <= ttftMs && least >= interactivity
  return { lanes, mark, isSure, ...(next !== undefined && { next }) }
}
