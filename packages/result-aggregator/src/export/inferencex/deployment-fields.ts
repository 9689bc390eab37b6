import type { PublishedIdentity, PublishedWorker } from '../run/published-identity.ts'

/**
 * The shape of a deployment under InferenceX's keys of August 2026. Of several nodes `tp` is a sum and `ep` the larger; a decode side without
 * GPUs is none.
 *
 * Source: InferenceX, process_agentic_result.py, _gpu_shape.
 */
export function deploymentFields({ shape }: PublishedIdentity): { common: object; own: object } {
  if (shape.kind === 'unknown') return { common: {}, own: {} }
  if (shape.kind === 'single') {
    const { tp, ep, dpAttn, pp, dcpSize, pcpSize } = shape
    return { common: { tp, ep, dp_attention: String(dpAttn) }, own: { pp, dcp_size: dcpSize, pcp_size: pcpSize } }
  }
  const { prefill, decode: told } = shape
  const decode = gpusOf(told) > 0 ? told : { ...told, tp: 0, ep: 0, pp: 1, dcpSize: 1, pcpSize: 1 }
  return {
    common: commonFields(prefill, decode),
    own: {
      ...workerFields('prefill', prefill),
      num_prefill_gpu: gpusOf(prefill),
      ...workerFields('decode', decode),
      num_decode_gpu: gpusOf(told),
      ...(prefill.hardware !== undefined && { prefill_hw: prefill.hardware, decode_hw: told.hardware }),
    },
  }
}

/** The same under the keys of April 2026. */
export function aprilDeploymentFields({ shape }: PublishedIdentity): { common: object; own: object } {
  if (shape.kind === 'unknown') return { common: {}, own: {} }
  if (shape.kind === 'single') {
    const { tp, ep, dpAttn } = shape
    return { common: { tp, ep, dp_attention: String(dpAttn) }, own: {} }
  }
  const { prefill, decode } = shape
  return {
    common: commonFields(prefill, decode),
    own: {
      ...aprilWorkerFields('prefill', prefill),
      num_prefill_gpu: prefill.workers * prefill.tp,
      ...aprilWorkerFields('decode', decode),
      num_decode_gpu: decode.workers * decode.tp,
    },
  }
}

function commonFields(prefill: PublishedWorker, decode: PublishedWorker): object {
  return {
    tp: prefill.tp + decode.tp,
    ep: Math.max(prefill.ep, decode.ep),
    dp_attention: String(prefill.dpAttn || decode.dpAttn),
  }
}

/** Source: InferenceX, process_agentic_result.py: decode and prefill context parallelism share and multiply the GPUs of a worker. */
export function gpusOf({ workers, tp, pp, pcpSize }: PublishedWorker): number {
  return workers * tp * pp * pcpSize
}

function workerFields(role: string, worker: PublishedWorker): object {
  return {
    [`${role}_num_workers`]: worker.workers,
    [`${role}_tp`]: worker.tp,
    [`${role}_pp`]: worker.pp,
    [`${role}_dcp_size`]: worker.dcpSize,
    [`${role}_pcp_size`]: worker.pcpSize,
    [`${role}_ep`]: worker.ep,
    [`${role}_dp_attention`]: String(worker.dpAttn),
  }
}

function aprilWorkerFields(role: string, worker: PublishedWorker): object {
  return {
    [`${role}_num_workers`]: worker.workers,
    [`${role}_tp`]: worker.tp,
    [`${role}_ep`]: worker.ep,
    [`${role}_dp_attention`]: String(worker.dpAttn),
  }
}
