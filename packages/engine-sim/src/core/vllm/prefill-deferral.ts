interface Running {
  readonly isPrefill: boolean
}

/**
 * Whether a step leaves prompts alone, so that ranks which step together compute theirs in the same steps: told to, while somebody decodes, unless
 * the last step that took prompts could not take all of them.
 *
 * Source: `throttle_prefills` and `prefill_capacity_bound` in `vllm/v1/core/sched/scheduler.py` of vLLM 0.33.
 */
export class PrefillDeferral {
  /** Said from outside before each step. */
  isTold = false
  #isBound = false

  defers(running: readonly Running[]): boolean {
    return this.isTold && !this.#isBound && running.some(({ isPrefill }) => !isPrefill)
  }

  /** A step took prompts; so many still wait. */
  took(waiting: number): void {
    this.#isBound = waiting > 0
  }
}
