import type { Component, Offloading, SpecDecoding, Worker } from '../config/config.ts'

/** One job of a sweep, in one form whatever the epoch: what a GPU runner is asked to do. */
export interface Job {
  readonly configKey: string
  readonly image: string
  readonly model: string
  readonly modelPrefix: string
  readonly precision: string
  readonly framework: string
  /** A scheduling label, or the name of one runner if the sweep was asked for single nodes. */
  readonly runner: string
  readonly specDecoding: SpecDecoding
  readonly topology: JobTopology
  readonly scenario: JobScenario
  /** One number for a single node; what one deployment measures in turn for several. */
  readonly concurrencies: readonly number[]
  /** For people; not unique. */
  readonly name: string
  readonly disagg: boolean
  readonly router?: Component
  readonly kvP2pTransfer?: string
  /** GPUs that the job occupies, over all nodes. */
  readonly gpus: number
  readonly evaluation: Evaluation
  /** Path of the search-space line it comes from; for diagnostics only. */
  readonly path: readonly PropertyKey[]
}

export type JobTopology =
  | {
      readonly kind: 'single'
      readonly tp: number
      readonly pp: number
      readonly dcpSize: number
      readonly pcpSize: number
      readonly ep: number
      readonly dpAttn: boolean
    }
  | { readonly kind: 'multi'; readonly prefill: Worker; readonly decode: Worker }

export type JobScenario =
  | {
      readonly kind: 'fixed-seq-len'
      readonly inputTokens: number
      readonly outputTokens: number
      readonly maxModelTokens: number
    }
  | {
      readonly kind: 'agentic-coding'
      readonly durationS: number
      readonly offloading: Offloading
      /** DRAM that KV offloading may take on a node, GB of 10^9 bytes; 0 without offloading to DRAM. */
      readonly totalCpuDramGb: number
    }

/** What of an accuracy evaluation the job runs. */
export interface Evaluation {
  /** Absent where the epoch's rows do not say. */
  readonly run?: boolean
  /** The evaluation is all the job does. */
  readonly only?: true
  /** The one concurrency, of several, that is evaluated. */
  readonly concurrency?: number
  /** Every concurrency is evaluated. */
  readonly allConcurrencies?: true
}

/** GPUs of a topology over all its nodes. */
export function gpusOf(topology: JobTopology): number {
  if (topology.kind === 'single') return topology.tp * topology.pp * topology.pcpSize
  return [topology.prefill, topology.decode].reduce(
    (sum, role) => sum + role.workers * role.tp * role.pp * role.pcpSize,
    0,
  )
}
