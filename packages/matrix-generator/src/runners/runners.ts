/** What `runners.yaml` says, in one form for both epochs. */
export interface Runners {
  /** Scheduling label -> names of the runners behind it, in file order. */
  readonly labels: ReadonlyMap<string, readonly string[]>
  readonly hardware: ReadonlyMap<string, Hardware>
}

/** Facts about one node of a fleet. */
export interface Hardware {
  /** DRAM that jobs may use, MiB. */
  readonly availableDramMib: number
  readonly gpusPerNode: number
}
