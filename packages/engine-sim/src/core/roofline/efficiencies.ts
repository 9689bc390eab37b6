import type { GpuGeneration } from './gpu.ts'

/** Of how many bits a number is, and of what kind. */
export type NumberFormat = 'bf16' | 'fp8' | 'fp4' | 'int4'

/** How much of a GPU's peaks a kind of kernel reaches, and what one launch of it takes besides. */
export interface Efficiency {
  readonly compute: number
  readonly memory: number
  readonly launchUs: number
}

/**
 * What kernels reach, by generation. Of matrix products and experts by the format of the weights.
 *
 * Source: fitted to the kernel timings of AIConfigurator (Apache-2.0; vLLM 0.24.0 and SGLang 0.5.14 on H100, H200, B200, B300); those of
 * CDNA are guesses that no measurement stands behind.
 */
export interface Efficiencies {
  readonly product: Readonly<Record<NumberFormat, Efficiency>>
  /** Of 8 bits with one scale for a whole tensor; those above have one for a block. */
  readonly tensorScaledProduct: Efficiency
  readonly experts: Readonly<Record<NumberFormat, Efficiency>>
  readonly groupedPrefill: Efficiency
  readonly groupedDecode: Efficiency
  readonly latentPrefill: Efficiency
  readonly latentDecode: Efficiency
  /** Microseconds of an all-reduce by bytes, for a number of GPUs: rising. */
  readonly allReduceUs: Readonly<Record<2 | 4 | 8, readonly number[]>>
  /** Floor of an exchange between ranks, in microseconds. */
  readonly exchangeUs: number
}

/** Bytes of the columns of `allReduceUs`. */
export const allReduceBytes: readonly number[] = [2 ** 13, 2 ** 16, 2 ** 17, 2 ** 20, 2 ** 23, 2 ** 25, 2 ** 27]
/** Element-wise kernels of a layer: what launching them takes, how often they pass over its activations, and what of the bandwidth they reach. */
export const elementWise = { launchUs: 4, passes: 10, memory: 0.6 } as const

const hopperExperts = { launchUs: 60, memory: 0.65, compute: 0.24 }
const hopper: Efficiencies = {
  product: {
    bf16: { compute: 0.81, memory: 0.84, launchUs: 3.6 },
    fp8: { compute: 0.63, memory: 0.86, launchUs: 5.8 },
    fp4: { compute: 0.63, memory: 0.86, launchUs: 5.8 },
    int4: { compute: 0.63, memory: 0.86, launchUs: 5.8 },
  },
  tensorScaledProduct: { compute: 0.63, memory: 0.86, launchUs: 5.8 },
  experts: {
    bf16: { launchUs: 60, memory: 1.05, compute: 0.36 },
    fp8: { launchUs: 44, memory: 1, compute: 0.22 },
    fp4: hopperExperts,
    int4: hopperExperts,
  },
  groupedPrefill: { compute: 0.68, memory: 0.3, launchUs: 13 },
  groupedDecode: { compute: 0.68, memory: 0.85, launchUs: 12.4 },
  latentPrefill: { compute: 0.19, memory: 0.3, launchUs: 13 },
  latentDecode: { compute: 0.6, memory: 0.8, launchUs: 12 },
  allReduceUs: {
    2: [4.5, 4.8, 5.2, 12, 81, 307, 885],
    4: [4.8, 5.8, 7.2, 19, 99, 330, 1180],
    8: [5.3, 7.9, 10.8, 19, 92, 344, 1091],
  },
  exchangeUs: 13,
}

const blackwell: Efficiencies = {
  product: {
    bf16: { compute: 0.72, memory: 0.77, launchUs: 3.1 },
    fp8: { compute: 0.7, memory: 0.62, launchUs: 10 },
    fp4: { compute: 0.48, memory: 1, launchUs: 8 },
    int4: { compute: 0.48, memory: 0.62, launchUs: 8 },
  },
  tensorScaledProduct: { compute: 0.57, memory: 0.72, launchUs: 6.6 },
  experts: {
    bf16: { launchUs: 25, memory: 1.05, compute: 0.33 },
    fp8: { launchUs: 40, memory: 1.05, compute: 0.13 },
    fp4: { launchUs: 26, memory: 1, compute: 0.22 },
    int4: { launchUs: 39, memory: 0.58, compute: 0.2 },
  },
  groupedPrefill: { compute: 0.62, memory: 0.3, launchUs: 12 },
  groupedDecode: { compute: 0.62, memory: 0.93, launchUs: 10.2 },
  latentPrefill: { compute: 0.65, memory: 0.3, launchUs: 12 },
  latentDecode: { compute: 0.6, memory: 0.8, launchUs: 12 },
  allReduceUs: {
    2: [7.1, 7.4, 7.7, 25, 57, 155, 529],
    4: [7.4, 8.1, 8.6, 24, 68, 187, 681],
    // At 128 KiB 25.8 were measured, more than for eight times as much; engines pick another kernel there.
    8: [8.1, 9.4, 11, 21, 63, 223, 715],
  },
  exchangeUs: 20,
}

const cdnaProduct = { compute: 0.45, memory: 0.65, launchUs: 8 }
const cdnaExperts = { compute: 0.15, memory: 0.65, launchUs: 60 }
const slower = (us: readonly number[]) => us.map((value) => 1.5 * value)
const cdna: Efficiencies = {
  product: { bf16: { ...cdnaProduct, compute: 0.55 }, fp8: cdnaProduct, fp4: cdnaProduct, int4: cdnaProduct },
  tensorScaledProduct: cdnaProduct,
  experts: { bf16: cdnaExperts, fp8: cdnaExperts, fp4: cdnaExperts, int4: cdnaExperts },
  groupedPrefill: { compute: 0.4, memory: 0.3, launchUs: 15 },
  groupedDecode: { compute: 0.4, memory: 0.6, launchUs: 15 },
  latentPrefill: { compute: 0.2, memory: 0.3, launchUs: 15 },
  latentDecode: { compute: 0.4, memory: 0.6, launchUs: 15 },
  allReduceUs: {
    2: slower(hopper.allReduceUs[2]),
    4: slower(hopper.allReduceUs[4]),
    8: slower(hopper.allReduceUs[8]),
  },
  exchangeUs: 20,
}

export const efficiencies: Readonly<Record<GpuGeneration, Efficiencies>> = { hopper, blackwell, cdna }
