import type { Runners } from './runners.ts'

/** GPUs per node of fleets whose runners.yaml does not say. Source: the vendors' reference platforms (HGX, UBB, NVL72 tray). */
const platformGpus: Readonly<Record<string, number>> = {
  h100: 8,
  h200: 8,
  b200: 8,
  b300: 8,
  gb200: 4,
  gb300: 4,
  mi300x: 8,
  mi325x: 8,
  mi355x: 8,
  rtx6000pro: 8,
}

/**
 * GPUs per node behind a label: what runners.yaml says of it, else of the labels of the same GPU if they agree, else what is
 * usual for that GPU. Absent if nothing says.
 */
export function gpusPerNode(label: string, runners: Runners): number | undefined {
  const exact = runners.hardware.get(label)
  if (exact !== undefined) return exact.gpusPerNode
  const gpu = gpuOf(label)
  const relatives = [...runners.hardware].filter(([other]) => gpuOf(other) === gpu)
  const counts = new Set(relatives.map(([, hardware]) => hardware.gpusPerNode))
  if (counts.size === 1) return counts.values().next().value
  return Object.hasOwn(platformGpus, gpu) ? platformGpus[gpu] : undefined
}

/** DRAM per node behind a label, MiB; only if runners.yaml says it of that very label. */
export function availableDramMib(label: string, runners: Runners): number | undefined {
  return runners.hardware.get(label)?.availableDramMib
}

/** The GPU that a label is about: `cluster:b200-dgxc` and `b200-multinode` are both about `b200`. */
export function gpuOf(label: string): string {
  return label.replace(/^cluster:/, '').split('-', 1)[0]!
}
