export interface Spent {
  readonly wallS: number
  /** Computing of this process, which says more on a machine that others use too. */
  readonly cpuS: number
}

/** Gives what was spent since it was made. */
export function stopwatch(): () => Spent {
  const [startMs, cpu] = [performance.now(), process.cpuUsage()]
  return () => {
    const { user, system } = process.cpuUsage(cpu)
    return { wallS: (performance.now() - startMs) / 1000, cpuS: (user + system) / 1e6 }
  }
}
