import type { Epoch } from '../epoch/epoch.ts'

/** What the master files say, in one form whatever epoch they are written in. The input of every expansion. */
export interface Config {
  readonly epoch: Epoch
  /** In the order of the files and within them. */
  readonly entries: readonly Entry[]
}

/** One benchmarkable configuration. */
export interface Entry {
  readonly key: string
  readonly image: string
  readonly model: string
  readonly modelPrefix: string
  readonly precision: string
  readonly framework: string
  readonly runner: string
  readonly multiNode: boolean
  readonly disagg: boolean
  readonly fixed: readonly FixedScenario[]
  readonly agentic: readonly AgenticScenario[]
}

/** Independent requests of one input and output length. */
export interface FixedScenario {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly arms: readonly Arm[]
}

/** Replay of recorded agent sessions. */
export interface AgenticScenario {
  readonly durationS: number
  readonly dramUtilization?: number
  readonly arms: readonly AgenticArm[]
}

/** One line of a search space: a topology and the concurrencies to measure on it. */
export interface Arm {
  /** Where it stands in its file, as a path from the config key; for diagnostics only. */
  readonly path: readonly PropertyKey[]
  readonly topology: Topology
  readonly concurrency: Concurrency
  readonly specDecoding: SpecDecoding
  readonly router?: Component
  readonly kvP2pTransfer?: string
}

export interface AgenticArm extends Arm {
  readonly offloading: Offloading
}

export type SpecDecoding = 'none' | 'mtp' | 'draft_model'

export type Concurrency =
  | { readonly kind: 'list'; readonly values: readonly number[] }
  | { readonly kind: 'range'; readonly start: number; readonly end: number }

export type Topology =
  | ({ readonly kind: 'single' } & SingleTopology)
  | { readonly kind: 'multi'; readonly prefill: Worker; readonly decode: Worker }

/** One server on one node. */
export interface SingleTopology {
  readonly tp: number
  readonly pp: number
  readonly dcpSize: number
  readonly pcpSize: number
  readonly ep?: number
  readonly dpAttn?: boolean
}

/** The replicas of one role of a deployment over several nodes; `workers` is 0 for the missing role of an aggregated server. */
export interface Worker {
  readonly workers: number
  readonly tp: number
  readonly pp: number
  readonly dcpSize: number
  readonly pcpSize: number
  readonly ep: number
  readonly dpAttn: boolean
  readonly hardware?: string
  readonly additionalSettings?: readonly string[]
}

/** Where the KV cache overflows to. `cpu` and `ssd` are words of April, `dram` with a backend of August. */
export interface Offloading {
  readonly tier: 'none' | 'cpu' | 'ssd' | 'dram'
  readonly backend?: { readonly name: string; readonly version?: string }
}

/** A component beside the engine, with its own version. */
export interface Component {
  readonly name: string
  readonly version: string
}
