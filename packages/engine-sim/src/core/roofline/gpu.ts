import { nearestName } from './nearest-name.ts'
import { RooflineError } from './roofline-error.ts'

export type GpuGeneration = 'hopper' | 'blackwell' | 'cdna'

/** What a GPU can do at most, densely; how much of it kernels reach stands in `efficiencies.ts`. */
export interface Gpu {
  readonly name: string
  readonly generation: GpuGeneration
  readonly memoryBytes: number
  readonly memoryBytesPerS: number
  /** Absent: the GPU has no units for it. */
  readonly flopsPerS: { readonly bf16: number; readonly fp8: number; readonly fp4?: number }
  /** To the other GPUs of its domain, in one direction. */
  readonly linkBytesPerS: number
  /** To GPUs of other domains, in one direction. */
  readonly networkBytesPerS: number
  /** GPUs that reach each other over that link. */
  readonly domainGpus: number
  /** False: no kernels of it were measured, and its efficiencies are guesses. */
  readonly calibrated: boolean
  readonly source: string
}

const GiB = 2 ** 30
const MiB = 2 ** 20
const vendor = 'data sheet of the vendor, dense peaks'
const nvidia = `${vendor}; usable memory as AIConfigurator's systems/*.yaml has it (Apache-2.0)`

const hopper = {
  generation: 'hopper',
  flopsPerS: { bf16: 989e12, fp8: 1978e12 },
  linkBytesPerS: 450e9,
  networkBytesPerS: 50e9,
  domainGpus: 8,
  calibrated: true,
  source: nvidia,
} as const
const blackwell = { ...hopper, generation: 'blackwell', linkBytesPerS: 900e9, networkBytesPerS: 100e9 } as const
const cdna = { generation: 'cdna', networkBytesPerS: 50e9, domainGpus: 8, calibrated: false, source: vendor } as const

export const gpus: readonly Gpu[] = [
  { ...hopper, name: 'h100', memoryBytes: 80 * GiB, memoryBytesPerS: 3.35e12 },
  { ...hopper, name: 'h200', memoryBytes: 141 * GiB, memoryBytesPerS: 4.8e12 },
  {
    ...blackwell,
    name: 'b200',
    memoryBytes: 180 * GiB,
    memoryBytesPerS: 7.7e12,
    flopsPerS: { bf16: 2250e12, fp8: 4500e12, fp4: 9000e12 },
  },
  {
    ...blackwell,
    name: 'b300',
    memoryBytes: 275_040 * MiB,
    memoryBytesPerS: 7.75e12,
    flopsPerS: { bf16: 2250e12, fp8: 4500e12, fp4: 14_000e12 },
  },
  {
    ...blackwell,
    name: 'gb200',
    memoryBytes: 189_471 * MiB,
    memoryBytesPerS: 8e12,
    flopsPerS: { bf16: 2500e12, fp8: 5000e12, fp4: 10_000e12 },
    domainGpus: 72,
  },
  {
    ...blackwell,
    name: 'gb300',
    memoryBytes: 284_208 * MiB,
    memoryBytesPerS: 8e12,
    flopsPerS: { bf16: 2500e12, fp8: 5000e12, fp4: 15_000e12 },
    domainGpus: 72,
  },
  {
    ...cdna,
    name: 'mi300x',
    memoryBytes: 192e9,
    memoryBytesPerS: 5.3e12,
    flopsPerS: { bf16: 1307e12, fp8: 2615e12 },
    linkBytesPerS: 448e9,
  },
  {
    ...cdna,
    name: 'mi325x',
    memoryBytes: 256e9,
    memoryBytesPerS: 6e12,
    flopsPerS: { bf16: 1307e12, fp8: 2615e12 },
    linkBytesPerS: 448e9,
  },
  {
    ...cdna,
    name: 'mi355x',
    memoryBytes: 288e9,
    memoryBytesPerS: 8e12,
    flopsPerS: { bf16: 2516e12, fp8: 5033e12, fp4: 10_066e12 },
    linkBytesPerS: 537e9,
  },
]

/**
 * The GPU of a name; `h200_sxm` is `h200`.
 *
 * @throws RooflineError with the nearest name when there is none.
 */
export function gpuNamed(name: string): Gpu {
  const short = name.toLowerCase().replace(/[-_ ]?(sxm5?|nvl\d*|oam)$/, '')
  const found = gpus.find((gpu) => gpu.name === short)
  if (found) return found
  const names = gpus.map((gpu) => gpu.name)
  throw new RooflineError(
    `no GPU "${name}" is known; did you mean ${nearestName(short, names)}? There are ${names.join(', ')}`,
  )
}
