import type { PlannedJob } from '@reprise/matrix-generator'
import type { EngineName, ServedWorkers } from './served-job.ts'

/** Of ranks with an attention of their own: as many as the flags say, or the row alone. */
export function ranksOf({ flags, sizes }: ServedWorkers, withoutRecipe: boolean): number {
  if (withoutRecipe) return sizes.dpAttn ? sizes.tp : 1
  return Number(flags.get('--data-parallel-size') ?? flags.get('--dp-size') ?? 1)
}

/** The deployment that a worker of a job is, to be checked: a model on GPUs. */
export function workerDeployment(
  { model, precision, runner }: PlannedJob,
  engine: EngineName,
  worker: ServedWorkers,
  ranks: number,
): Readonly<Record<string, unknown>> {
  const { flags, sizes } = worker
  const gpusOfFlag = Number(flags.get('--tensor-parallel-size'))
  // SGLang counts the GPUs of all ranks, vLLM those of one, and rows those of all.
  const tensorParallel = gpusOfFlag && engine !== 'sglang' ? gpusOfFlag : (gpusOfFlag || sizes.tp) / ranks
  const kv = flags.get('--kv-cache-dtype')
  const kvFormat = kv === undefined || kv === 'auto' ? undefined : kv.startsWith('fp8') ? 'fp8' : 'bf16'
  return {
    ...{ model, precision: isOfFourBits(model) ? 'fp4' : precision, framework: engine },
    // `cluster:b200-dgxc` is a fleet of B200.
    gpu: (sizes.hardware ?? runner).replace(/^.*:/, '').replace(/-.*$/, ''),
    tensorParallel,
    ...(ranks > 1 && { dataParallel: ranks }),
    pipelineParallel: sizes.pp,
    expertParallel: flags.has('--enable-expert-parallel')
      ? tensorParallel * ranks
      : Math.max(1, Number(flags.get('--ep-size') ?? sizes.ep)),
    ...(kvFormat && { kvFormat }),
  }
}

/**
 * Rows call the published checkpoint of DeepSeek-V4 fp4 or fp8, by which kernels they run it: its experts are of four bits and what is beside them of eight.
 *
 * Source: `DeepseekV4FP8Config` of vLLM (`expert_dtype`), the config.json of the checkpoint.
 */
function isOfFourBits(model: string): boolean {
  return /^deepseek-ai\/DeepSeek-V4/.test(model)
}
