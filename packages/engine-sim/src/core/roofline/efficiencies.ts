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
  /** Floor of an exchange between ranks, in microseconds. */
  readonly exchangeUs: number
}

/** Element-wise kernels of a layer: what launching them takes, how often they pass over its activations, and what of the bandwidth they reach. */
export const elementWise = { launchUs: 4, passes: 10, memory: 0.6 } as const

/**
 * How often experts pass over the activations of each token that meets them: gathered, read, written and added up again.
 *
 * Source: fitted with the experts' efficiencies; two passes leave the timings of GPUs that cut experts eight ways a fifth too short, and those of one GPU a fifth too long.
 */
export const expertPasses = 6

/**
 * What the GPU with the most to do has over an even share, where experts are spread whole over so many.
 *
 * Source: fitted to AIConfigurator's kernel timings whose tokens pick experts by a power law of exponent 1.01, which it takes served models to follow.
 */
export function busiestShare(gpus: number): number {
  if (gpus === 1) return 1
  return gpus === 2 ? 1.2 : gpus <= 4 ? 1.7 : 2.4
}

const hopperExperts = { launchUs: 57, memory: 0.78, compute: 0.37 }
const hopper: Efficiencies = {
  product: {
    bf16: { compute: 0.81, memory: 0.84, launchUs: 3.6 },
    fp8: { compute: 0.63, memory: 0.86, launchUs: 5.8 },
    fp4: { compute: 0.63, memory: 0.86, launchUs: 5.8 },
    int4: { compute: 0.63, memory: 0.86, launchUs: 5.8 },
  },
  tensorScaledProduct: { compute: 0.63, memory: 0.86, launchUs: 5.8 },
  experts: {
    bf16: { launchUs: 35, memory: 1, compute: 0.52 },
    fp8: { launchUs: 42, memory: 1.04, compute: 0.46 },
    fp4: hopperExperts,
    int4: { launchUs: 40, memory: 0.86, compute: 0.3 },
  },
  groupedPrefill: { compute: 0.68, memory: 0.3, launchUs: 13 },
  groupedDecode: { compute: 0.68, memory: 0.85, launchUs: 12.4 },
  latentPrefill: { compute: 0.19, memory: 0.3, launchUs: 13 },
  latentDecode: { compute: 0.6, memory: 0.8, launchUs: 12 },
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
    bf16: { launchUs: 17, memory: 1.1, compute: 1.02 },
    fp8: { launchUs: 30, memory: 1, compute: 0.26 },
    fp4: { launchUs: 19, memory: 1.04, compute: 0.93 },
    int4: { launchUs: 34, memory: 0.54, compute: 0.38 },
  },
  groupedPrefill: { compute: 0.62, memory: 0.3, launchUs: 12 },
  groupedDecode: { compute: 0.62, memory: 0.93, launchUs: 10.2 },
  latentPrefill: { compute: 0.65, memory: 0.3, launchUs: 12 },
  latentDecode: { compute: 0.6, memory: 0.8, launchUs: 12 },
  exchangeUs: 20,
}

const cdnaProduct = { compute: 0.45, memory: 0.65, launchUs: 8 }
const cdnaExperts = { compute: 0.15, memory: 0.65, launchUs: 60 }
const cdna: Efficiencies = {
  product: { bf16: { ...cdnaProduct, compute: 0.55 }, fp8: cdnaProduct, fp4: cdnaProduct, int4: cdnaProduct },
  tensorScaledProduct: cdnaProduct,
  experts: { bf16: cdnaExperts, fp8: cdnaExperts, fp4: cdnaExperts, int4: cdnaExperts },
  groupedPrefill: { compute: 0.4, memory: 0.3, launchUs: 15 },
  groupedDecode: { compute: 0.4, memory: 0.6, launchUs: 15 },
  latentPrefill: { compute: 0.2, memory: 0.3, launchUs: 15 },
  latentDecode: { compute: 0.4, memory: 0.6, launchUs: 15 },
  exchangeUs: 20,
}

export const efficiencies: Readonly<Record<GpuGeneration, Efficiencies>> = { hopper, blackwell, cdna }
