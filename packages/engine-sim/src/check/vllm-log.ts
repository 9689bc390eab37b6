import type { EngineRequest } from '../core/engine-request.ts'
import type { Scheduler } from '../core/steps/scheduler.ts'
import type { Sequence } from '../core/steps/sequence.ts'
import type { StepPlan } from '../core/steps/step-plan.ts'
import { keyLookahead } from '../core/vllm/key-lookahead.ts'
import { VllmScheduler } from '../core/vllm/vllm-scheduler.ts'
import { AcceptedDrafts } from './accepted-drafts.ts'
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
  /** Absent where nothing is drafted. */
  readonly #drafts: AcceptedDrafts | undefined
  readonly #sequences = new Map<string, Sequence>()
  /** The step that was planned last has brought nothing yet: requests may be given up meanwhile. */
  #isUnderWay = false

  /** @throws StepLogError, UnsupportedEngineConfig */
  constructor(cfg: Values, { place, plan, planFile }: LogSource) {
    const config = parseLoggedConfig(cfg, place)
    this.#drafts = config.speculation && new AcceptedDrafts(config.speculation.numSpeculativeTokens)
    this.#scheduler = new VllmScheduler(config, undefined, this.#drafts)
    this.#prompts = new PlannedPrompts(plan, config.blockSize, planFile, keyLookahead(config))
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
    this.#endStep()
    this.#sequences.set(id, this.#scheduler.add(request))
  }

  abort(id: string, _: Values, place: string): void {
    const sequence = this.#sequences.get(id)
    if (!sequence) throw new StepLogError(`${place}: request ${quoted(id)} is given up and was not added`)
    this.#scheduler.abort(sequence)
  }

  step(logged: Values, place: string): PredictedStep {
    this.#endStep()
    const fields = fieldsOf(this.#scheduler, this.#scheduler.schedule(0))
    this.#drafts?.plan(logged.accepted, place)
    this.#isUnderWay = !this.#overlaps
    return { fields, lines: (known) => linesOf(fields, known) }
  }

  idle(): PredictedStep | undefined {
    // Steps that follow one another leave nothing out: one that can compute nothing is followed by the next at once.
    if (!this.#overlaps) return undefined
    const { run, preempt } = fieldsOf(this.#scheduler, this.#scheduler.schedule(0))
    return {
      fields: { run, preempt },
      lines: ({ idle, t }) => [...preemptLines(preempt, t), JSON.stringify({ idle, t })],
    }
  }

  output(): void {
    this.#scheduler.commit(silent)
    this.#drafts?.taken()
  }

  #endStep(): void {
    if (this.#isUnderWay) this.output()
    this.#isUnderWay = false
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

function linesOf({ preempt, ...step }: ReturnType<typeof fieldsOf>, { s, t, e, ...known }: Values): string[] {
  const facts = Object.fromEntries(['u', 'accepted'].flatMap((name) => (name in known ? [[name, known[name]]] : [])))
  return [...preemptLines(preempt, t), JSON.stringify({ s, t, ...step, e, ...facts })]
}

function preemptLines(preempt: readonly object[], t: unknown): string[] {
  return preempt.map((one) => JSON.stringify({ ...one, t }))
}

function idOf(request: EngineRequest): string {
  return request.id
}
