import { printable } from '@reprise/safe-text'
import type { SlurmJob } from './slurm-job.ts'

/**
 * Where a job stands in its queue, for people: `3rd of 12 in gpu, Resources, expected to start at 10:05 UTC`. What Slurm does not say is
 * left out; jobs of others that this user may not see do not count.
 */
export function describeQueuePlace(job: SlurmJob, all: readonly SlurmJob[]): string {
  const { partition, reason, priority, startS } = job
  const pending = all.filter((each) => each.states.includes('PENDING') && each.partition === partition)
  const before = pending.filter((each) => each.id !== job.id && isBefore(each, job))
  const place = priority === undefined ? '' : `${ordinal(before.length + 1)} of ${pending.length}`
  return [
    `${place}${partition === undefined ? '' : `${place && ' '}in ${printable(partition, 60)}`}`,
    ...(reason === undefined ? [] : [printable(reason, 60)]),
    ...(startS === undefined
      ? []
      : [`expected to start at ${new Date(startS * 1_000).toISOString().slice(11, 16)} UTC`]),
  ]
    .filter((each) => each !== '')
    .join(', ')
}

/** A higher priority goes first, and of two that are alike the older one. */
function isBefore(one: SlurmJob, other: SlurmJob): boolean {
  const [a, b] = [one.priority ?? 0, other.priority ?? 0]
  return a === b ? one.id < other.id : a > b
}

function ordinal(n: number): string {
  const ending = n % 100 >= 11 && n % 100 <= 13 ? 'th' : ({ 1: 'st', 2: 'nd', 3: 'rd' }[n % 10] ?? 'th')
  return `${n}${ending}`
}
