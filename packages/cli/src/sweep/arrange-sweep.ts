import { ConfigError, type Problem } from '@reprise/config-file'
import {
  chooseCanary,
  digestInName,
  estimateSweep,
  type Job,
  judgeBudget,
  type Matrix,
  pointId,
  type ResultIndex,
  reusePoints,
  type SweepPlan,
} from '@reprise/matrix-generator'
import { replaySemantics } from '../terminal/version.ts'

export interface Arrangement {
  readonly canaryFirst: boolean
  /** Of earlier results. Absent: nothing is reused. */
  readonly index?: ResultIndex
  readonly nowMs: number
  /** Absent: a sweep may take what it takes. */
  readonly budgetGpuHours?: number
  readonly confirmedGpuHours?: number
}

/** Artifacts of jobs are kept for 30 days; the sweep that takes them over has to come to its end before. */
const maxAgeDays = 25

/**
 * A plan of these jobs with what need not run again, the one that runs first, and what the others take.
 *
 * @throws ConfigError where that is above the budget and nobody has confirmed it.
 */
export function arrangeSweep(
  plan: SweepPlan,
  jobs: readonly Job[],
  files: Matrix,
  arrangement: Arrangement,
): SweepPlan {
  const { index, canaryFirst, budgetGpuHours, confirmedGpuHours, nowMs } = arrangement
  const terms = { digestOf: digestInName, replaySemantics, nowMs, maxAgeDays }
  const reuse = index && reusePoints(plan.jobs, index, terms)
  const done = new Set(reuse?.reused.map(({ id }) => id))
  const idOf = (job: Job) => pointId(job, files.config.epoch)
  const left = jobs.filter((job) => !done.has(idOf(job)))
  const first = canaryFirst ? chooseCanary(left).canary : undefined
  const canary = first && idOf(first)
  const { gpuHours, wallHours } = estimateSweep(left, files.runners)
  const over = budgetGpuHours === undefined ? undefined : overBudget(gpuHours, budgetGpuHours, confirmedGpuHours)
  if (over) throw new ConfigError([over])
  return {
    ...plan,
    jobs: [...plan.jobs.filter(({ id }) => id === canary), ...plan.jobs.filter(({ id }) => id !== canary)],
    ...(canary !== undefined && { canary }),
    ...(reuse && { reuse: { points: [...reuse.reused], others: grouped(reuse.measured) } }),
    cost: {
      gpuHours,
      wallHours,
      ...(budgetGpuHours !== undefined && { budgetGpuHours }),
      ...(confirmedGpuHours !== undefined && { confirmedGpuHours }),
    },
  }
}

function overBudget(gpuHours: number, budget: number, confirmedGpuHours?: number): Problem | undefined {
  return judgeBudget(gpuHours, { gpuHours: budget, ...(confirmedGpuHours !== undefined && { confirmedGpuHours }) })
}

function grouped(whyOf: ReadonlyMap<string, string>): { why: string; jobs: string[] }[] {
  const groups = Map.groupBy(whyOf, ([, why]) => why)
  return [...groups].map(([why, group]) => ({ why, jobs: group.map(([id]) => id) }))
}
