import type { LoggedEngine } from './logged-engine.ts'
import { orderLog } from './order-log.ts'
import { isSglangConfig } from './parse-sglang-config.ts'
import { type LogLine, parseStepLog } from './parse-step-log.ts'
import { SglangLog } from './sglang-log.ts'
import { quoted, StepLogError } from './step-log-error.ts'
import { VllmLog } from './vllm-log.ts'

type Values = Readonly<Record<string, unknown>>

/** How a prediction compares with the log of a real engine. */
export interface StepCheck {
  readonly steps: number
  /** Steps of which anything differs; the prediction goes on from its own state, never from the log's. */
  readonly mismatches: number
  /** The first of what differs, at most 20. */
  readonly differences: readonly StepDifference[]
  /** The log as the scheduler predicts it, a line each, in the log's own form. */
  readonly predicted: readonly string[]
}

export interface StepDifference {
  readonly line: number
  readonly step: unknown
  /** As the log calls it. */
  readonly field: string
  readonly logged: string
  readonly predicted: string
}

const mostDifferences = 20

/**
 * Drives our scheduler with the arrivals and step boundaries that a real engine logged and compares every step with what it logged. The
 * configuration says which engine it was.
 *
 * Of the log only the configuration, the `add` and `abort` lines, how many drafts were accepted and the order of lines are used; everything else is compared.
 * @throws StepLogError when plan or log cannot be read. @throws UnsupportedEngineConfig when the engine ran with a setting we lack.
 */
export function checkSteps(
  plan: unknown,
  lines: Iterable<string>,
  files: LogFiles = { plan: 'plan', steps: 'steps' },
): StepCheck {
  const check = new Check(plan, files)
  for (const line of inOrder([...parseStepLog(lines, files.steps)], files.steps)) check.take(line)
  return check.result()
}

function inOrder(lines: readonly LogLine[], file: string): readonly LogLine[] {
  const overlaps = lines.some((line) => line.kind === 'cfg' && line.cfg.async_scheduling === true)
  return overlaps ? orderLog(lines, file) : lines
}

/** What to call the two where something is wrong with them. */
interface LogFiles {
  readonly plan: string
  readonly steps: string
}

class Check {
  #steps = 0
  #mismatches = 0
  readonly #differences: StepDifference[] = []
  readonly #predicted: string[] = []
  readonly #plan: unknown
  readonly #files: LogFiles
  #engine: LoggedEngine | undefined
  readonly #added = new Set<string>()
  /** Logged preemptions that belong to the next step. */
  #preempts: Values[] = []

  constructor(plan: unknown, files: LogFiles) {
    this.#plan = plan
    this.#files = files
  }

  take(line: LogLine): void {
    if (line.kind === 'cfg') this.#configure(line)
    else if (line.kind === 'add') this.#add(line)
    else if (line.kind === 'abort') this.#abort(line)
    else if (line.kind === 'idle') this.#idle(line)
    else if (line.kind === 'preempt') this.#preempts.push(line.logged)
    else if (line.kind === 'step') this.#step(line)
    else if (line.kind === 'output') this.#ready(line.line).output?.()
  }

  result(): StepCheck {
    if (!this.#engine) throw new StepLogError(`${this.#files.steps}: empty; its first line is {"cfg": {...}}`)
    return {
      steps: this.#steps,
      mismatches: this.#mismatches,
      differences: this.#differences,
      predicted: this.#predicted,
    }
  }

  #configure({ cfg, line }: LogLine & { kind: 'cfg' }): void {
    const place = `${this.#files.steps}:${line}`
    if (this.#engine) throw new StepLogError(`${place}: a second cfg; keep one run in a file`)
    const Log = isSglangConfig(cfg) ? SglangLog : VllmLog
    this.#engine = new Log(cfg, { place, plan: this.#plan, planFile: this.#files.plan })
    this.#predicted.push(JSON.stringify({ cfg }))
  }

  #add({ id, line, logged }: LogLine & { kind: 'add' }): void {
    const place = `${this.#files.steps}:${line}`
    const engine = this.#ready(line)
    if (this.#added.has(id)) {
      throw new StepLogError(`${place}: request ${quoted(id)} was added before; keep one run in a file`)
    }
    engine.add(id, logged, place)
    this.#added.add(id)
    this.#predicted.push(JSON.stringify(logged))
  }

  #abort({ id, line, logged }: LogLine & { kind: 'abort' }): void {
    const [engine, place] = [this.#ready(line), `${this.#files.steps}:${line}`]
    if (!engine.abort) throw new StepLogError(`${place}: what this engine does when a request is given up is not known`)
    engine.abort(id, logged, place)
    this.#predicted.push(JSON.stringify(logged))
  }

  #step({ logged, line }: LogLine & { kind: 'step' }): void {
    const engine = this.#ready(line)
    const { fields, lines } = engine.step(logged, `${this.#files.steps}:${line}`)
    this.#compare(engine.compared, { logged: { ...logged, preempt: this.#preempts.map(withoutTime) }, fields, line })
    this.#predicted.push(...lines(logged))
    this.#preempts = []
    this.#steps += 1
  }

  #idle({ logged, line }: LogLine & { kind: 'idle' }): void {
    const planned = this.#ready(line).idle?.()
    if (!planned) return
    const told = { run: [], preempt: this.#preempts.map(withoutTime) }
    this.#compare(['preempt', 'run'], { logged: told, fields: planned.fields, line })
    this.#predicted.push(...planned.lines(logged))
    this.#preempts = []
  }

  #compare(
    compared: readonly string[],
    { logged, fields, line }: { readonly logged: Values; readonly fields: Values; readonly line: number },
  ): void {
    let differs = false
    for (const field of compared) {
      const [was, is] = [JSON.stringify(logged[field]) ?? 'absent', JSON.stringify(fields[field]) ?? 'absent']
      if (was === is) continue
      differs = true
      if (this.#differences.length >= mostDifferences) continue
      this.#differences.push({ line, step: logged.s, field, logged: quoted(was), predicted: quoted(is) })
    }
    if (differs) this.#mismatches += 1
  }

  #ready(line: number): LoggedEngine {
    if (this.#engine) return this.#engine
    throw new StepLogError(
      `${this.#files.steps}:${line}: comes before the configuration; the first line is {"cfg": {...}}`,
    )
  }
}

/** A preemption without its instant, which no rule decides; its fields in the predicted order. */
function withoutTime({ preempt, computed, out, free }: Values): Values {
  return { preempt, computed, out, free }
}
