import type { EngineRequest } from './engine-request.ts'

/** Hears what an engine does step by step, as it does it. It decides nothing. */
export interface StepListener {
  /** The scheduler took a request, which had come at `queuedMs`. */
  added(request: EngineRequest, queuedMs: number): void
  /** A step was scheduled. Plan and scheduler are as they are now, and change later. */
  scheduled(step: ScheduledStep): void
}

export interface ScheduledStep {
  readonly plan: ListedStep
  readonly scheduler: { readonly counts: Readonly<Record<CountName, number>> }
  /** When it was scheduled. */
  readonly atMs: number
  /** It is computed from here on: later than it was scheduled where the step before it was under way. */
  readonly beginMs: number
  readonly endMs: number
}

type CountName = 'running' | 'waiting' | 'freeBlocks' | 'usedBlocks' | 'totalBlocks'

/** Entry i gives `tokens[i]` tokens to `sequences[i]`, which has `computedBefore[i]`, and is in a step for the first time where `isNew[i]`. */
interface ListedStep {
  readonly sequences: readonly { readonly request: EngineRequest }[]
  readonly tokens: readonly number[]
  readonly computedBefore: readonly number[]
  readonly isNew: readonly boolean[]
  /** They lost their blocks for it. */
  readonly preempted: readonly {
    readonly sequence: { readonly request: EngineRequest }
    readonly computed: number
    readonly generated: number
    readonly freeBlocks: number
  }[]
}

/** Makes what hears of one engine: of `0` and so on in a fleet, of `prefill-0` and `decode-0` in one of two kinds, of none by name alone. */
export type StepListenerMaker = (engine?: string) => StepListener
