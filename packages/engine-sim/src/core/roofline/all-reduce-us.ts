import type { GpuGeneration } from './gpu.ts'

type Framework = 'vllm' | 'sglang' | 'trtllm'
type Sums = Readonly<Record<2 | 4 | 8, readonly number[]>>

/** Bytes of the columns. */
export const allReduceBytes: readonly number[] = [14, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 28].map(
  (power) => 2 ** power,
)

const hopper: Readonly<Record<Framework, Sums>> = {
  vllm: {
    2: [4.5, 4.5, 4.8, 5.2, 6.3, 8.3, 12, 20, 45, 81, 156, 307, 885],
    4: [4.8, 5.2, 5.8, 7.2, 11, 13, 19, 30, 54, 99, 191, 330, 1180],
    8: [5.3, 6.4, 7.9, 11, 12, 15, 19, 31, 51, 92, 178, 344, 1091],
  },
  sglang: {
    2: [2.7, 3, 3.2, 3.7, 4.4, 5.9, 9.2, 17, 29, 55, 138, 248, 887],
    4: [2.9, 3.5, 4.1, 5.5, 8.2, 11, 16, 26, 45, 85, 175, 328, 1180],
    8: [3.7, 4.8, 6.4, 9.4, 11, 13, 20, 33, 63, 111, 198, 322, 1095],
  },
  trtllm: {
    2: [9.9, 8.4, 3.8, 4.2, 5.1, 6.7, 9.6, 17, 38, 83, 146, 256, 886],
    4: [3.6, 11, 11, 11, 12, 13, 22, 36, 63, 101, 175, 326, 1183],
    8: [4, 4.9, 6.6, 10, 16, 20, 28, 46, 79, 123, 198, 323, 1090],
  },
}
/** TensorRT-LLM's kernels, which recipes have the others use there too (`--enable-flashinfer-allreduce-fusion`, `enable_fi_allreduce_fusion`). */
const blackwell: Sums = {
  2: [5.2, 5.1, 5.3, 5.3, 5.7, 6.4, 8.2, 11, 21, 56, 86, 155, 532],
  4: [5.4, 5.4, 5.8, 6.3, 7.6, 9.8, 14, 24, 50, 78, 123, 187, 682],
  8: [6, 5.9, 6.6, 8.1, 11, 17, 25, 32, 74, 103, 170, 280, 723],
}
/** Half as long again as with vLLM on Hopper: a guess. */
const cdna: Sums = { 2: slower(hopper.vllm[2]), 4: slower(hopper.vllm[4]), 8: slower(hopper.vllm[8]) }

function slower(us: readonly number[]): readonly number[] {
  return us.map((value) => 1.5 * value)
}

/**
 * Microseconds of a sum over so many GPUs, by `allReduceBytes`. Frameworks have kernels of their own and change them at sizes of their own, so that more bytes may take less.
 *
 * Source: kernel timings of AIConfigurator (Apache-2.0) on H100 and B200, in graphs: vLLM 0.24.0, SGLang 0.5.14, TensorRT-LLM 1.2.0rc5. Its `message_size` counts numbers, of two bytes each.
 */
export function allReduceUs(generation: GpuGeneration, framework: Framework): Sums {
  if (generation === 'hopper') return hopper[framework]
  return generation === 'cdna' ? cdna : blackwell
}
