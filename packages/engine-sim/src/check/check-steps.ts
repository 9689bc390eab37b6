import type { EngineRequest } from '../core/engine-request.ts'
import type { Scheduler } from '../core/steps/scheduler.ts'
import type { StepPlan } from '../core/steps/step-plan.ts'
import { VllmScheduler } from '../core/vllm/vllm-scheduler.ts'
import { parseLoggedConfig } from './parse-logged-config.ts'
import { type LogLine, parseStepLog } from './parse-step-log.ts'
import { PlannedPrompts } from './planned-prompts.ts'
import { quoted, StepLogError } from './step-log-error.ts'

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
  readonly field: 'preempt' | 'run' | 'R' | 'W' | 'free'
  readonly logged: string
  readonly predicted: string
}

const mostDifferences = 20
const compared = ['preempt', 'run', 'R', 'W', 'free'] as const

/**
 * Drives our scheduler with the arrivals and step boundaries that a real engine logged and compares every step with what it logged.
 *
 * Of the log only the configuration, the `add` lines and the order of lines are used; everything else is compared.
 * @throws StepLogError when plan or log cannot be read. @throws UnsupportedEngineConfig when the engine ran with a setting we lack.
 */
export function checkSteps(
  plan: unknown,
  lines: Iterable<string>,
  files: { readonly plan: string; readonly steps: string } = { plan: 'plan', steps: 'steps' },
): StepCheck {
  const check = new Check(plan, files)
  for (const line of parseStepLog(lines, files.steps)) check.take(line)
  return check.result()
}

class Check {
  #steps = 0
  #mismatches = 0
  readonly #differences: StepDifference[] = []
  readonly #predicted: string[] = []
  readonly #plan: unknown
  readonly #files: { readonly plan: string; readonly steps: string }
  #engine: { readonly scheduler: Scheduler; readonly prompts: PlannedPrompts; readonly maxModelLen: number } | undefined
  readonly #added = new Set<string>()
  /** Logged preemptions that belong to the next step. */
  #preempts: Values[] = []

  constructor(plan: unknown, files: { readonly plan: string; readonly steps: string }) {
    this.#plan = plan
    this.#files = files
  }

  take(line: LogLine): void {
    if (line.kind === 'cfg') this.#configure(line)
    else if (line.kind === 'add') this.#add(line)
    else if (line.kind === 'preempt') this.#preempts.push(line.logged)
    else this.#step(line)
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
    const config = parseLoggedConfig(cfg, place)
    this.#engine = {
      scheduler: new VllmScheduler(config),
      prompts: new PlannedPrompts(this.#plan, config.blockSize, this.#files.plan),
      maxModelLen: config.maxModelLen,
    }
    this.#predicted.push(JSON.stringify({ cfg }))
  }

  #add({ id, line, logged }: LogLine & { kind: 'add' }): void {
    const { scheduler, prompts, maxModelLen } = this.#ready(line)
    const request = prompts.request(id)
    const place = `${this.#files.steps}:${line}`
    if (!request)
      throw new StepLogError(
        `${place}: the plan has no request ${quoted(id)}; give the plan that this log was made with`,
      )
    if (request.promptTokens >= maxModelLen) {
      throw new StepLogError(
        `${place}: request ${quoted(id)} has ${request.promptTokens} input tokens and cfg.max_model_len is ${maxModelLen}; the engine cannot have taken it`,
      )
    }
    if (this.#added.has(id)) {
      throw new StepLogError(`${place}: request ${quoted(id)} was added before; keep one run in a file`)
    }
    this.#added.add(id)
    scheduler.add(request)
    this.#predicted.push(JSON.stringify(logged))
  }

  #step({ logged, line }: LogLine & { kind: 'step' }): void {
    const { scheduler } = this.#ready(line)
    const plan = scheduler.schedule()
    const predicted = predictedFields(scheduler, plan)
    this.#compare({ ...logged, preempt: this.#preempts.map(withoutTime) }, predicted, line)
    const { preempt, ...step } = predicted
    for (const one of preempt) this.#predicted.push(JSON.stringify({ ...one, t: logged.t }))
    this.#predicted.push(JSON.stringify({ s: logged.s, t: logged.t, ...step, e: logged.e }))
    this.#preempts = []
    this.#steps += 1
    scheduler.commit(silent)
  }

  #compare(logged: Values, predicted: Values, line: number): void {
    let differs = false
    for (const field of compared) {
      const [was, is] = [JSON.stringify(logged[field]) ?? 'absent', JSON.stringify(predicted[field]) ?? 'absent']
      if (was === is) continue
      differs = true
      if (this.#differences.length >= mostDifferences) continue
      this.#differences.push({ line, step: logged.s, field, logged: quoted(was), predicted: quoted(is) })
    }
    if (differs) this.#mismatches += 1
  }

  #ready(line: number) {
    if (this.#engine) return this.#engine
    throw new StepLogError(
      `${this.#files.steps}:${line}: comes before the configuration; the first line is {"cfg": {...}}`,
    )
  }
}

const silent = { token: () => {}, finished: () => {} }

function predictedFields(scheduler: Scheduler, plan: StepPlan) {
  const run = plan.sequences.map((sequence, at) => {
    const entry = [idOf(sequence.request), plan.tokens[at], plan.computedBefore[at]]
    return plan.isNew[at] ? [...entry, 1] : entry
  })
  const preempt = plan.preempted.map(({ sequence, computed, generated, freeBlocks }) => ({
    preempt: idOf(sequence.request),
    computed,
    out: generated,
    free: freeBlocks,
  }))
  const { running, waiting, freeBlocks } = scheduler.counts
  return { run, R: running, W: waiting, free: freeBlocks, preempt }
}

function idOf(request: EngineRequest): string {
  return request.id
}

/** A preemption without its instant, which no rule decides; its fields in the predicted order. */
function withoutTime({ preempt, computed, out, free }: Values): Values {
  return { preempt, computed, out, free }
}
