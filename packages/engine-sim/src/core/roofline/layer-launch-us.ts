import { z } from 'zod'

/** Microseconds of the host for the kernels of one layer, where a step with prompts in it is launched kernel by kernel. */
export const LayerLaunchUs = z.strictObject({
  /** With experts: routing, sorting and grouping are many small kernels. Dense layers are few large ones, and no row tells theirs. */
  experts: z.number().nonnegative(),
  /** What linear attention adds to a layer: its chunks are many kernels too. */
  linear: z.number().nonnegative(),
})
export type LayerLaunchUs = z.infer<typeof LayerLaunchUs>

/** Source: fitted by `npm run accuracy -- --fit` to points of half of the measured rows; docs/accuracy.md. */
export const layerLaunchUs: Readonly<Record<'vllm' | 'sglang' | 'trtllm', LayerLaunchUs>> = {
  vllm: { experts: 500, linear: 0 },
  // Layers with linear attention, three of four of Qwen3.5, and experts: 4,000 on the average of all.
  sglang: { experts: 2000, linear: 2700 },
  trtllm: { experts: 2000, linear: 0 },
}
