import type { LoadedCorpus } from './load-corpus.ts'
import type { FinishedRun } from './perform-run.ts'
import type { SimulatedPoint, SimulatedSweep } from './simulate-point.ts'

/** What a simulating thread is started with. */
export interface SimulateThreadData {
  readonly sweep: SimulatedSweep
  readonly argv: readonly string[]
  readonly quiet: boolean
}

export type ToSimulateThread =
  /** The corpus is that of the run before, where none is given. */
  | { readonly kind: 'simulate'; readonly run: SimulatedPoint; readonly loaded?: LoadedCorpus }
  /** The user asks to stop, and asks again. */
  | { readonly kind: 'stop' }
  | { readonly kind: 'cancel' }

export type FromSimulateThread =
  /** For stderr. */
  | { readonly kind: 'said'; readonly text: string }
  | { readonly kind: 'done'; readonly run: FinishedRun }
  | { readonly kind: 'failed'; readonly error: ThreadError }

/** An error as it travels: whoever can act on it is known by its name. */
export interface ThreadError {
  readonly name: string
  readonly message: string
  readonly stack?: string
}
