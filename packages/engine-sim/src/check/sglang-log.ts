import type { SglangPlan } from '../core/sglang/sglang-plan.ts'
import { SglangScheduler } from '../core/sglang/sglang-scheduler.ts'
import type { SglangSequence } from '../core/sglang/sglang-sequence.ts'
import type { LoggedEngine, LogSource, PredictedStep } from './logged-engine.ts'
import { type LoggedStepTime, parseSglangConfig } from './parse-sglang-config.ts'
import { SglangPrompts } from './sglang-prompts.ts'
import { sglangStepFields } from './sglang-step-fields.ts'
import { quoted, StepLogError, unplanned } from './step-log-error.ts'

type Values = Readonly<Record<string, unknown>>

/**
 * SGLang's scheduler on the virtual clock of its logs, stepped where a log of it has steps. Of the log only its configuration and its
 * arrivals are used: all that follows, instants included, is predicted.
 *
 * Source of the form: ../shared/data/sglang/README.md
 */
export class SglangLog implements LoggedEngine {
  readonly compared = ['t', 'k', 'run', 'R', 'W', 'av', 'ev', 'ratio', 'dt', 't0', 'x', 'ret']
  readonly #scheduler: SglangScheduler
  readonly #prompts: SglangPrompts
  readonly #stepTime: LoggedStepTime
  readonly #overlaps: boolean
  readonly #maxInputTokens: number
  readonly #sequences = new Map<string, SglangSequence>()
  /** Microseconds, as all that follow. */
  #now = 0
  /** End of the last forward pass. */
  #forwardEnd = 0
  /** Ends of the steps that are scheduled and not committed. */
  #ends: number[] = []
  /** A step that came before the log had one. */
  #early: Fields | undefined

  /** @throws StepLogError, UnsupportedEngineConfig */
  constructor(cfg: Values, { place, plan, planFile }: LogSource) {
    const { config, stepTime } = parseSglangConfig(cfg, place)
    this.#scheduler = new SglangScheduler(config)
    this.#prompts = new SglangPrompts(plan, config.blockSize, planFile)
    if (!stepTime)
      throw new StepLogError(`${place}: cfg has no "step_time", by which the instants of its steps are checked`)
    this.#stepTime = stepTime
    this.#overlaps = config.enableOverlap
    this.#maxInputTokens = Math.min(config.maxModelLen - 1, (config.numBlocks - 1) * config.blockSize - 1)
  }

  add(id: string, { t }: Values, place: string): void {
    const request = this.#prompts.request(id)
    if (!request) throw unplanned(id, place)
    if (request.promptTokens > this.#maxInputTokens) {
      throw new StepLogError(
        `${place}: request ${quoted(id)} has ${request.promptTokens} input tokens and the engine takes ${this.#maxInputTokens}; it cannot have taken it`,
      )
    }
    if (typeof t === 'number') this.#goOnTo(t)
    this.#sequences.set(id, this.#scheduler.add(request))
  }

  abort(id: string, { t }: Values, place: string): void {
    const sequence = this.#sequences.get(id)
    if (!sequence) throw new StepLogError(`${place}: request ${quoted(id)} is given up and was not added`)
    if (typeof t === 'number') this.#goOnTo(t)
    this.#scheduler.abort(sequence)
  }

  step(): PredictedStep {
    const fields = this.#early ?? this.#nextStep()
    this.#early = undefined
    return { fields, lines: ({ s }) => [JSON.stringify({ s, ...fields })] }
  }

  /** Rounds of the loop that schedule nothing, up to an arrival. */
  #goOnTo(atUs: number): void {
    while (this.#now < atUs && !this.#early) {
      // The round that takes the last result is not idle yet.
      const isIdle = this.#ends.length === 0
      this.#early = this.#round()
      if (isIdle && !this.#early) this.#now = atUs
    }
  }

  #nextStep(): Fields {
    for (;;) {
      const isIdle = this.#ends.length === 0
      const fields = this.#round()
      if (fields) return fields
      if (isIdle) return {}
    }
  }

  /** One round of SGLang's event loop; nothing where it schedules nothing. */
  #round(): Fields | undefined {
    const plan = this.#scheduler.schedule()
    const fields = plan.sequences.length > 0 ? this.#start(plan) : undefined
    const waitFor = this.#overlaps && fields ? 1 : 0
    if (this.#ends.length > waitFor) {
      this.#now = this.#ends.shift()!
      this.#scheduler.commit(silent)
    }
    return fields
  }

  #start(plan: SglangPlan): Fields {
    const dt = durationOf(plan, this.#stepTime)
    const t = this.#now
    const startUs = this.#overlaps ? Math.max(t, this.#forwardEnd) : t
    this.#forwardEnd = startUs + dt
    this.#ends.push(this.#forwardEnd)
    return sglangStepFields(plan, this.#scheduler, { t, dt, ...(this.#overlaps && { t0: startUs }) })
  }
}

type Fields = Values

const silent = { tokens: () => {}, finished: () => {} }

function durationOf(plan: SglangPlan, { a, b, c, d }: LoggedStepTime): number {
  const tokens = plan.tokens.reduce((sum, each) => sum + each, 0)
  const context = plan.computedBefore.reduce((sum, each) => sum + each, tokens)
  return a + b * (plan.kind === 'extend' ? tokens : 0) + c * plan.sequences.length + Math.floor(context / d)
}
