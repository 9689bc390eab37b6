import type { LogLine } from './parse-step-log.ts'
import { StepLogError } from './step-log-error.ts'

/** At one instant: requests are given up, outputs are taken, requests arrive, and then a step is planned. */
const ranks = { abort: 0, output: 1, add: 2, step: 3 }

type LoggedLine = Extract<LogLine, { readonly logged: unknown }>

interface Event {
  readonly at: number
  readonly rank: number
  readonly lines: LogLine[]
}

/**
 * The lines of a log whose steps overlap, in the order in which it happened: a line of a step was written when its output was taken, which
 * is after the next one was planned. A step is planned at `t` and its output taken at `t + e`; both are facts, as arrivals are.
 *
 * @throws StepLogError for a line without its instant.
 */
export function orderLog(lines: readonly LogLine[], file: string): LogLine[] {
  const configuration = lines.filter(({ kind }) => kind === 'cfg')
  const events: Event[] = []
  for (const line of lines) {
    if (line.kind === 'add' || line.kind === 'abort')
      events.push({ at: instantOf(line, 't', file), rank: ranks[line.kind], lines: [line] })
    if (line.kind !== 'step' && line.kind !== 'idle') continue
    const at = instantOf(line, 't', file)
    events.push({ at, rank: ranks.step, lines: [line] })
    // There is nothing to take of it.
    if (line.kind === 'idle') continue
    const output = { kind: 'output', line: line.line } as const
    events.push({ at: at + instantOf(line, 'e', file), rank: ranks.output, lines: [output] })
  }
  events.sort((one, other) => one.at - other.at || one.rank - other.rank)
  for (const line of lines) if (line.kind === 'preempt') putBeforeItsStep(events, line)
  return [...configuration, ...events.flatMap((event) => event.lines)]
}

/** It happened while its step was planned: that of the last step before its instant, or of the first line behind it where it has none. */
function putBeforeItsStep(events: readonly Event[], line: LogLine & { kind: 'preempt' }): void {
  const { t } = line.logged
  const steps = events.filter(({ rank }) => rank === ranks.step)
  const step =
    typeof t === 'number'
      ? steps.findLast(({ at }) => at <= t)
      : steps.find(({ lines }) => lines.at(-1)!.line > line.line)
  step?.lines.splice(-1, 0, line)
}

function instantOf({ logged, line }: LoggedLine, field: 't' | 'e', file: string): number {
  const value = logged[field]
  if (typeof value === 'number') return value
  throw new StepLogError(`${file}:${line}: no "${field}"; where steps overlap, it is their instants that order them`)
}
