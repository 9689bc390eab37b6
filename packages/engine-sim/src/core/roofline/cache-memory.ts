import { compressedTokenBytes, compressedWindowBytes } from './compressed-attention.ts'
import type { Placed } from './deployment.ts'
import { RooflineError } from './roofline-error.ts'
import { weightBytesPerGpu } from './weights.ts'

/** Of each GPU: graphs, activations and buffers of communication. */
const RESERVED_BYTES = 4e9

/** Bytes that one token takes in the cache of one GPU: grown with each token alone, without windows and states. */
export function cacheBytesPerToken({ model: { attention, layers }, tp, pp, kvBytes }: Placed): number {
  if (attention.kind === 'compressed') return compressedTokenBytes(attention, kvBytes) / pp
  const cached = layers - (attention.linear?.layers ?? 0)
  if (attention.kind === 'grouped') {
    const grown = cached - (attention.windowLayers ?? 0)
    return (grown * 2 * Math.max(1, attention.kvHeads / tp) * attention.headDim * kvBytes) / pp
  }
  const indexed = (attention.indexer?.layers ?? 0) * ((attention.indexer?.dim ?? 0) + 4)
  return (cached * (attention.kvRank + attention.ropeDim) * kvBytes + indexed) / pp
}

/** Bytes that one sequence takes beside its tokens: windows and states. */
export function stateBytesPerSequence({ model: { attention, layers }, tp, kvBytes }: Placed): number {
  if (attention.kind === 'compressed') return compressedWindowBytes(attention, layers, kvBytes)
  const { linear } = attention
  const state = linear ? linear.layers * (linear.heads / tp) * linear.keyDim * linear.valueDim * 4 : 0
  if (attention.kind === 'latent') return state
  const { windowLayers = 0, windowTokens = 0, kvHeads, headDim } = attention
  return state + windowLayers * 2 * Math.max(1, kvHeads / tp) * headDim * kvBytes * windowTokens
}

/**
 * Tokens that the cache of an engine holds beside the weights, if so much of each GPU's memory may be used and so many sequences run.
 *
 * @throws RooflineError when the model does not fit.
 */
export function cacheTokens(placed: Placed, memoryShare: number, sequences: number): number {
  const { model, gpu, precision, tp, pp } = placed
  const weights = weightBytesPerGpu(placed)
  const free = gpu.memoryBytes * memoryShare - weights - RESERVED_BYTES - sequences * stateBytesPerSequence(placed)
  const tokens = Math.floor(free / cacheBytesPerToken(placed))
  if (tokens > 0) return tokens
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(0)} GB`
  throw new RooflineError(
    `${model.name} in ${precision} on ${tp * pp} x ${gpu.name} does not fit: ${gigabytes(weights)} of weights, ${gigabytes(RESERVED_BYTES)} for activations and ` +
      `${gigabytes(sequences * stateBytesPerSequence(placed))} of states in ${gigabytes(gpu.memoryBytes * memoryShare)} a GPU; use more GPUs or a smaller precision`,
  )
}
