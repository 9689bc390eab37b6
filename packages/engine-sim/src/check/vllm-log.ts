import type { EngineRequest } from '../core/engine-request.ts'
import type { Scheduler } from '../core/steps/scheduler.ts'
import type { StepPlan } from '../core/steps/step-plan.ts'
import { VllmScheduler } from '../core/vllm/vllm-scheduler.ts'
import type { LoggedEngine, LogSource, PredictedStep } from './logged-engine.ts'
import { parseLoggedConfig } from './parse-logged-config.ts'
import { PlannedPrompts } from './planned-prompts.ts'
import { quoted, StepLogError, unplanned } from './step-log-error.ts'

type Values = Readonly<Record<string, unknown>>

/** vLLM's scheduler, stepped where a log of it has steps. Source of the form: ../shared/data/vllm/README.md */
export class VllmLog implements LoggedEngine {
  readonly compared = ['preempt', 'run', 'R', 'W', 'free']
  readonly #scheduler: Scheduler
  readonly #prompts: PlannedPrompts
  readonly #maxModelLen: number
  readonly #overlaps: boolean

  /** @throws StepLogError, UnsupportedEngineConfig */
  constructor(cfg: Values, { place, plan, planFile }: LogSource) {
    const config = parseLoggedConfig(cfg, place)
    this.#scheduler = new VllmScheduler(config)
    this.#prompts = new PlannedPrompts(plan, config.blockSize, planFile)
    this.#maxModelLen = config.maxModelLen
    this.#overlaps = config.asyncScheduling ?? false
  }

  add(id: string, _logged: Values, place: string): void {
    const request = this.#prompts.request(id)
    if (!request) throw unplanned(id, place)
    if (request.promptTokens >= this.#maxModelLen) {
      throw new StepLogError(
        `${place}: request ${quoted(id)} has ${request.promptTokens} input tokens and cfg.max_model_len is ${this.#maxModelLen}; the engine cannot have taken it`,
      )
    }
    this.#scheduler.add(request)
  }

  step(): PredictedStep {
    const fields = fieldsOf(this.#scheduler, this.#scheduler.schedule(0))
    if (!this.#overlaps) this.output()
    return { fields, lines: (logged) => linesOf(fields, logged) }
  }

  output(): void {
    this.#scheduler.commit(silent)
  }
}

const silent = { tokens: () => {}, finished: () => {} }

function fieldsOf(scheduler: Scheduler, plan: StepPlan) {
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

function linesOf({ preempt, ...step }: ReturnType<typeof fieldsOf>, logged: Values): string[] {
  return [
    ...preempt.map((one) => JSON.stringify({ ...one, t: logged.t })),
    JSON.stringify({ s: logged.s, t: logged.t, ...step, e: logged.e, ...('u' in logged && { u: logged.u }) }),
  ]
}

function idOf(request: EngineRequest): string {
  return request.id
}
