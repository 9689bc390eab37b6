interface Running {
  readonly isPrefill: boolean
}

/**
 * Whether a step leaves prompts alone while somebody decodes: told to, so that ranks which step together compute theirs in the same steps, or by
 * itself, until so many steps have gone by since the last one that computed some. Not after a step that could not take all that wait.
 *
 * Source: `throttle_prefills`, `prefill_schedule_interval` and `prefill_capacity_bound` in `vllm/v1/core/sched/scheduler.py` of vLLM 0.33.
 */
export class PrefillDeferral {
  /** Said from outside before each step. */
  isTold = false
  readonly interval: number
  #isBound = false
  /** Steps that computed something, and how many there were with the last of them that computed a prompt. */
  #steps = 0
  #lastPrefill: number

  constructor(interval = 1) {
    this.interval = interval
    this.#lastPrefill = -interval
  }

  defers(running: readonly Running[]): boolean {
    const isEarly = this.#steps + 1 - this.#lastPrefill < this.interval
    return (this.isTold || isEarly) && !this.#isBound && running.some(({ isPrefill }) => !isPrefill)
  }

  /** A step took those prompts that it could; so many still wait. */
  took(waiting: number): void {
    this.#isBound = waiting > 0
  }

  /** So many steps are planned that compute something. */
  planned(steps: number, hasPrefill: boolean): void {
    this.#steps += steps
    if (hasPrefill) this.#lastPrefill = this.#steps
  }
}
