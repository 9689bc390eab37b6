import { z } from 'zod'
import { type Gpu, gpuNamed } from './gpu.ts'
import { LayerLaunchUs, layerLaunchUs } from './layer-launch-us.ts'
import type { Model } from './model.ts'
import { modelNamed } from './model-named.ts'
import { RooflineError } from './roofline-error.ts'

/** A model on GPUs: what an analytic step time is made from. */
export const Deployment = z.strictObject({
  /** An id or a name of the table of models. */
  model: z.string().min(1),
  gpu: z.string().min(1),
  /** Of the checkpoint. */
  precision: z.enum(['bf16', 'fp8', 'fp4', 'int4']),
  framework: z.enum(['vllm', 'sglang', 'trtllm']),
  /** GPUs that share attention. */
  tensorParallel: z.int().positive(),
  /** Ranks with an attention and a cache of their own; the engine is one of them. Default 1. */
  dataParallel: z.int().positive().optional(),
  /** GPUs that the experts are spread over whole; the others of the group cut them. Default 1. */
  expertParallel: z.int().positive().optional(),
  pipelineParallel: z.int().positive().optional(),
  /** Default: fp8 for checkpoints of 8 and 4 bits on Blackwell and CDNA, bf16 else. */
  kvFormat: z.enum(['bf16', 'fp8']).optional(),
  /** Default: the framework's. */
  launchUs: LayerLaunchUs.optional(),
})
export type Deployment = z.infer<typeof Deployment>

/** A deployment with what its names stand for, and its defaults. */
export interface Placed {
  readonly model: Model
  readonly gpu: Gpu
  readonly precision: Deployment['precision']
  readonly framework: Deployment['framework']
  readonly tp: number
  readonly dp: number
  readonly ep: number
  readonly pp: number
  /** GPUs that each expert is cut over. */
  readonly expertTp: number
  readonly kvBytes: number
  readonly launchUs: LayerLaunchUs
}

/**
 * What a deployment stands for.
 *
 * @throws RooflineError when a name is not known, or a model cannot be divided like that.
 */
export function placedOf(deployment: Deployment): Placed {
  const [model, gpu] = [modelNamed(deployment.model), gpuNamed(deployment.gpu)]
  const { precision, framework, tensorParallel: tp, dataParallel: dp = 1, pipelineParallel: pp = 1 } = deployment
  const ep = deployment.expertParallel ?? 1
  const { heads } = model.attention
  if (heads % tp !== 0) refuse(`${model.name} has ${heads} heads, which tensor parallel ${tp} does not divide`)
  if (pp > model.layers) refuse(`${model.name} has ${model.layers} layers, fewer than pipeline parallel ${pp}`)
  if ((tp * dp) % ep !== 0)
    refuse(`expert parallel ${ep} does not divide the ${tp * dp} GPUs of tensor parallel ${tp} x data parallel ${dp}`)
  if (ep > 1 && !model.experts) refuse(`${model.name} has no experts to spread over expert parallel ${ep}`)
  if (model.experts && model.experts.count % ep !== 0)
    refuse(`${model.name} has ${model.experts.count} experts, which expert parallel ${ep} does not divide`)
  if (tp * dp > gpu.domainGpus)
    refuse(`${tp * dp} GPUs reach beyond the ${gpu.domainGpus} that ${gpu.name} links; several nodes are not modelled`)
  const expertTp = (tp * dp) / ep
  if (model.experts && model.experts.hidden % expertTp !== 0)
    refuse(
      `experts of ${model.name} are ${model.experts.hidden} wide, which ${expertTp} GPUs do not divide; raise expert parallel`,
    )
  const small = precision !== 'bf16' && gpu.generation !== 'hopper'
  const kvFormat = deployment.kvFormat ?? (small && precision !== 'int4' ? 'fp8' : 'bf16')
  const launchUs = deployment.launchUs ?? layerLaunchUs[framework]
  return { model, gpu, precision, framework, tp, dp, ep, pp, expertTp, kvBytes: kvFormat === 'fp8' ? 1 : 2, launchUs }
}

function refuse(reason: string): never {
  throw new RooflineError(reason)
}
