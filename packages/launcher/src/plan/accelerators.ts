import type { RunnerProfile } from '../profile/runner-profile.ts'

export interface Accelerators {
  /** Device nodes or requests, in the host's own words. */
  readonly devices: readonly string[]
  /** Narrows what the server sees where the devices do not. */
  readonly env: Readonly<Record<string, string>>
}

/**
 * How a server on such a fleet gets the first `gpus` accelerators of its node. A container gets the devices of NVIDIA one by one; those of
 * AMD share their device nodes, so that there, as in a plain process, the environment says which to use.
 *
 * Source: HIP's programming guide, "GPU isolation techniques": devices are numbered anew below ROCR_VISIBLE_DEVICES.
 */
export function acceleratorsOf({ vendor, host }: Pick<RunnerProfile, 'vendor' | 'host'>, gpus: number): Accelerators {
  const numbers = Array.from({ length: gpus }, (_, i) => String(i))
  const list = numbers.join(',')
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
        devices: inContainer ? ['/dev/kfd', '/dev/dri'] : [],
        env: { ROCR_VISIBLE_DEVICES: list, HIP_VISIBLE_DEVICES: list },
      }
  }
}
