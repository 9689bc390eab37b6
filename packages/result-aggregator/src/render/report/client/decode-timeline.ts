import type { SessionName, TimelineColumns } from './report-data.ts'

/** A request as the timeline draws it. Instants in milliseconds; absent is what did not happen. */
export interface TimelineRow {
  readonly lane: number
  readonly play: number
  readonly turn: number
  readonly session: SessionName
  readonly sessionNumber: number
  readonly trace: string
  readonly phase: 'warmup' | 'profiling' | 'drain'
  readonly outcome: 'ok' | 'failed' | 'truncated' | 'cancelled'
  /** Sent, or else tried, or else due. */
  readonly beginMs: number
  readonly sentMs?: number
  readonly lateMs?: number
  readonly firstTokenMs?: number
  readonly lastTokenMs?: number
  readonly doneMs: number
  readonly inputTokens: number
  readonly outputTokens?: number
  readonly cachedTokens?: number
  /** Of a request that ended well. */
  readonly tpotMs?: number
  readonly message?: string
}

/** The rows that the columns stand for, in their order. */
export function decodeTimeline(columns: TimelineColumns): TimelineRow[] {
  const rows: TimelineRow[] = []
  for (const [lane, count] of columns.lanes) {
    let begin = 0
    for (let index = rows.length, end = index + count; index < end; index += 1) {
      begin += columns.begin[index]!
      rows.push(rowAt(columns, index, lane, begin))
    }
  }
  return rows
}

function rowAt(columns: TimelineColumns, index: number, lane: number, begin: number): TimelineRow {
  const at = (column: readonly number[]) => (column[index]! < 0 ? undefined : column[index]!)
  const session = columns.sessions[columns.session[index]!]!
  const [late, wait, decode] = [at(columns.late), at(columns.wait), at(columns.decode)]
  const first = wait === undefined ? undefined : begin + wait
  const last = first === undefined || decode === undefined ? undefined : first + decode
  const [output, cached] = [at(columns.output), at(columns.cached)]
  const pace = at(columns.pace)
  const message = columns.messages[index]
  return {
    lane,
    play: columns.play[index]!,
    turn: columns.turn[index]!,
    session,
    sessionNumber: columns.session[index]!,
    trace: columns.traces[session.trace]!,
    phase: phases[columns.phase[index]!]!,
    outcome: outcomes[columns.outcome[index]!]!,
    beginMs: begin / 10,
    ...(late !== undefined && { sentMs: begin / 10, lateMs: late / 10 }),
    ...(first !== undefined && { firstTokenMs: first / 10 }),
    ...(last !== undefined && { lastTokenMs: last / 10 }),
    doneMs: ((last ?? first ?? begin) + columns.rest[index]!) / 10,
    inputTokens: columns.input[index]!,
    ...(output !== undefined && { outputTokens: output }),
    ...(cached !== undefined && { cachedTokens: cached }),
    ...(pace !== undefined && { tpotMs: pace / 1000 }),
    ...(message !== undefined && { message }),
  }
}

const phases: Readonly<Record<string, TimelineRow['phase']>> = { w: 'warmup', p: 'profiling', d: 'drain' }
const outcomes: Readonly<Record<string, TimelineRow['outcome']>> = {
  o: 'ok',
  f: 'failed',
  t: 'truncated',
  c: 'cancelled',
}
