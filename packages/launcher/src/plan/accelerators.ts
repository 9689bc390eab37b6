import type { RunnerProfile } from '../profile/runner-profile.ts'

export interface Accelerators {
  /** Device nodes or requests, in the host's own words. */
  readonly devices: readonly string[]
  /** Narrows what the server sees where the devices do not. */
  readonly env: Readonly<Record<string, string>>
}

const amdDevices: readonly string[] = ['/dev/kfd', '/dev/dri']

/**
 * How a server on such a fleet gets the first `gpus` accelerators of its node. A container gets the devices of NVIDIA one by one; those of
 * AMD share their device nodes, so that there, as in a plain process, the environment says which to use. Slurm says it to each of its
 * steps; its containers see the device nodes of AMD where they are mounted.
 *
 * Source: HIP's programming guide, "GPU isolation techniques": devices are numbered anew below ROCR_VISIBLE_DEVICES.
 */
export function acceleratorsOf({ vendor, host }: Pick<RunnerProfile, 'vendor' | 'host'>, gpus: number): Accelerators {
  const numbers = Array.from({ length: gpus }, (_, i) => String(i))
  const list = numbers.join(',')
  if (host === 'slurm') return { devices: vendor === 'amd' ? amdDevices : [], env: {} }
  const inContainer = host !== 'process'
  switch (vendor) {
    case 'none':
      return { devices: [], env: {} }
    case 'nvidia':
      return inContainer
        ? { devices: numbers.map((number) => `nvidia=${number}`), env: {} }
        : { devices: [], env: { CUDA_VISIBLE_DEVICES: list } }
    case 'amd':
      return {
        devices: inContainer ? amdDevices : [],
        env: { ROCR_VISIBLE_DEVICES: list, HIP_VISIBLE_DEVICES: list },
      }
  }
}
