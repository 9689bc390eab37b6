import {
  isWholeRun,
  type PhaseSpan,
  type Plan,
  type RampStep,
  type RequestRecord,
  rampSteps,
} from '@reprise/replay-engine'
import type { Slo } from '../result/goodput.ts'
import type { Result } from '../result/result.ts'
import type { RunHeader } from '../result/run-header.ts'
import { RunMeasure, type RunOutcome } from './run-measure.ts'

interface RampRun {
  readonly header: RunHeader
  readonly phases: readonly PhaseSpan[]
  readonly plan?: Plan | undefined
  readonly slo?: Slo | undefined
}

/** Measures each step of a ramp by the requests that were sent in its window; one that the run did not come to has no result. */
export class RampMeasure {
  readonly #steps: readonly Step[]

  constructor(run: RampRun) {
    const { load } = run.header.plan
    const profiling = run.phases.find(({ phase }) => phase === 'profiling')
    const steps = load.kind === 'lanes' && load.ramp ? rampSteps(load.ramp) : []
    this.#steps = profiling ? steps.flatMap((step) => stepOf(step, run, profiling)) : []
  }

  add(record: RequestRecord): void {
    if (record.phase !== 'profiling') return
    for (const { fromMs, toMs, measure } of this.#steps) {
      const atMs = record.sentMs ?? record.dueMs
      if (atMs >= fromMs && atMs < toMs) measure.add(record)
      else if (atMs < toMs && record.doneMs > fromMs) measure.addYield(record)
    }
  }

  /** Absent where there is no ramp. */
  result(outcome: RunOutcome): Result['steps'] {
    if (this.#steps.length === 0) return undefined
    return this.#steps.map(({ measure, isWhole }) => {
      const { ended } = outcome
      const own = isWhole ? ('window' as const) : isWholeRun(ended) ? undefined : ended
      return measure.result({ ...outcome, ended: own, server: undefined, precision: undefined, fidelity: undefined })
    })
  }
}

interface Step {
  readonly fromMs: number
  readonly toMs: number
  /** The run came to its end. */
  readonly isWhole: boolean
  readonly measure: RunMeasure
}

function stepOf(step: RampStep, { header, plan, slo }: RampRun, { startMs, endMs }: PhaseSpan): Step[] {
  const [fromMs, toMs] = [startMs + step.measuredFromMs, startMs + step.toMs]
  const brokeOffMs = endMs ?? Number.POSITIVE_INFINITY
  if (brokeOffMs <= fromMs) return []
  const isWhole = endMs !== undefined && endMs >= toMs - 0.001
  const span: PhaseSpan = {
    phase: 'profiling',
    startMs: fromMs,
    ...(endMs !== undefined && { endMs: Math.min(toMs, endMs) }),
  }
  const measure = new RunMeasure({ header: headerOf(header, step), phases: [span], plan, slo })
  return [{ fromMs, toMs, isWhole, measure }]
}

/** As if the step were a run: its lanes, and a window of its own. */
function headerOf(header: RunHeader, { lanes, measuredFromMs, toMs }: RampStep): RunHeader {
  const until = { kind: 'window' as const, durationMs: toMs - measuredFromMs }
  return {
    ...header,
    plan: { ...header.plan, load: { ...header.plan.load, lanes, until } as RunHeader['plan']['load'] },
  }
}
