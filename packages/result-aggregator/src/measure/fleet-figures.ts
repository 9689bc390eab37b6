import type { Collection } from '../result/collection.ts'
import type { JobFailureClass } from '../result/job-status.ts'

/** How the jobs of a sweep went on one fleet. */
export interface FleetFigures {
  /** Name of its profile. */
  readonly fleet: string
  /** Without those that were not run because an earlier sweep had measured them. */
  readonly jobs: number
  readonly done: number
  readonly failures: Readonly<Partial<Record<JobFailureClass, number>>>
}

/** By fleet, in the order of the plan. A job that was taken over from an earlier sweep says nothing of a fleet, and is in none. */
export function fleetFigures({ rows }: Collection): FleetFigures[] {
  const ran = rows.filter(({ reusedFrom }) => reusedFrom === undefined)
  return [...Map.groupBy(ran, ({ job }) => job.profile)].map(([fleet, own]) => {
    const failed = own.flatMap(({ status }) => status.failure?.class ?? [])
    const failures = Object.fromEntries(
      [...Map.groupBy(failed, (each) => each)].map(([each, all]) => [each, all.length]),
    )
    return { fleet, jobs: own.length, done: own.length - failed.length, failures }
  })
}
