import type { ProcessCopy } from '../plan/planned-process.ts'
import type { StepContainer } from './step-words.ts'

/** Unique among the steps of its job. */
export function stepName({ name }: ProcessCopy, rank: number): string {
  return `${name}.${rank}`
}

/** A device node is mounted as a folder is. */
export function withDevices(container: StepContainer, devices: readonly string[]): StepContainer {
  const mounts = devices
    .filter((each) => each.startsWith('/'))
    .map((path) => ({ from: path, to: path, readOnly: false }))
  return { ...container, mounts: [...container.mounts, ...mounts] }
}
