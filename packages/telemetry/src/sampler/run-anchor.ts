/** One moment on two clocks: the process's monotonic one, which all its threads read alike, and a run's. */
export interface RunAnchor {
  readonly processNs: bigint
  readonly runMs: number
}

export function anchorOf(clock: { now(): number }): RunAnchor {
  return { processNs: process.hrtime.bigint(), runMs: clock.now() }
}

/** The run's clock as any thread of the process can read it. */
export function runClock({ processNs, runMs }: RunAnchor): () => number {
  return () => runMs + Number(process.hrtime.bigint() - processNs) / 1e6
}
