import type { PhaseEdge, SamplesHead } from '@reprise/telemetry'
import type { PageAccess, PowerProgramName, RunAnchor } from '@reprise/telemetry/sampler'

/** What a sampler's thread is started with. */
export interface SamplerThreadData {
  /** Of the journal. */
  readonly path: string
  readonly anchor: RunAnchor
  readonly head: SamplesHead
  readonly access: PageAccess
  readonly power: {
    readonly path: string
    /** Programs of this machine to start. Those that are `optional` need not be there. */
    readonly programs: readonly PowerProgramName[]
    readonly optional: boolean
    readonly devices?: readonly string[]
  }
}

/** What it is told while it runs. */
export type SamplerMessage = { readonly edge: PhaseEdge } | { readonly stop: { readonly patienceMs: number } }

/** What it tells. */
export type SamplerReport = { readonly ready: true } | { readonly failure: string }
