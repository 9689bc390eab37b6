import type { Load, PhaseSpan, RequestRecord, RunEnd } from '@reprise/replay-engine'
import type { AttemptBreak } from '../result/attempt-break.ts'
import { begunMs, slackMs } from './instant-problem.ts'

/** What a run's phases and breaks are, and how it says that it ended; absent: it was killed. */
export interface Timeline {
  readonly load: Load
  readonly phases: readonly PhaseSpan[]
  readonly breaks: readonly AttemptBreak[]
  readonly ended?: RunEnd | undefined
}

/** Nobody resumes a run so often, and each record is laid beside all of them. */
const mostBreaks = 1_000
/** Warm-up, profiling, drain. */
const phasesOfAnAttempt = 3

/** What is wrong with the phases of a run, in words: they follow each other, and add up to what the end of the run says. */
export function phaseProblem({ load, phases, breaks, ended }: Timeline): string | undefined {
  let beforeMs = 0
  for (const { phase, startMs, endMs } of phases) {
    if (startMs < beforeMs - slackMs) return `${phase} begins before what came before it had ended`
    if (endMs !== undefined && endMs < startMs) return `${phase} ends before it begins`
    beforeMs = endMs ?? startMs
  }
  if (breaks.length > mostBreaks) return `the run broke off ${breaks.length} times`
  if (phases.length > phasesOfAnAttempt * (breaks.length + 1))
    return `there are ${phases.length} of them, more than attempts can have`
  const strayBreak = breaks.find(({ attempt }, i) => attempt !== i + 2)
  if (strayBreak) return `attempt ${strayBreak.attempt} is out of turn`
  if (ended === undefined) return undefined
  if (phases.at(-1)?.endMs === undefined && phases.length > 0) return `the run ended, and its last phase did not`
  return windowProblem(load, phases, ended)
}

function windowProblem({ until }: Load, phases: readonly PhaseSpan[], ended: RunEnd): string | undefined {
  if ((ended === 'window' || ended === 'passes') && ended !== until.kind)
    return `the run ended with its ${ended}, and the plan has none`
  if (ended !== 'window' || until.kind !== 'window') return undefined
  const profiledMs = phases
    .filter(({ phase }) => phase === 'profiling')
    .reduce((sum, { startMs, endMs = startMs }) => sum + endMs - startMs, 0)
  if (profiledMs >= until.durationMs - slackMs) return undefined
  return `profiling lasted ${profiledMs} ms, and the window that the run reached the end of is ${until.durationMs} ms`
}

/** What is wrong with a record's place among them: it is sent in its phase, and done within its attempt. */
export function placeProblem(record: RequestRecord, { phases, breaks, ended }: Timeline): string | undefined {
  const { attempt, phase, dueMs, doneMs } = record
  const fromMs = attempt === 1 ? 0 : breaks[attempt - 2]?.atMs
  if (fromMs === undefined) return `the run has no attempt ${attempt}`
  const toMs = breaks[attempt - 1]?.atMs ?? (ended === undefined ? undefined : phases.at(-1)?.endMs)
  const leftMs = begunMs(record) ?? doneMs
  if (leftMs < fromMs - slackMs) return `it was sent before its attempt began`
  if (toMs !== undefined && doneMs > toMs + slackMs)
    return `it was done ${doneMs - toMs} ms after its attempt had ended`
  const spans = phases.filter((span) => span.phase === phase)
  // The beginning of a phase may be lost with the machine.
  if (spans.length === 0 && ended === undefined) return undefined
  const isWithin = ({ startMs, endMs = Infinity }: PhaseSpan) => leftMs >= startMs - slackMs && dueMs <= endMs + slackMs
  return spans.some(isWithin) ? undefined : `it was not sent in the phase ${phase}`
}
