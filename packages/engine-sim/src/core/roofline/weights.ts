import { compressedWeights } from './compressed-attention.ts'
import type { Placed } from './deployment.ts'
import type { NumberFormat } from './efficiencies.ts'
import type { LinearAttention, Model } from './model.ts'

/** Bytes of a weight, the scales of small formats with it. */
export const bytesOf: Readonly<Record<NumberFormat, number>> = { bf16: 2, fp8: 1, fp4: 0.5625, int4: 0.53 }

/** Formats of a checkpoint's parts: those of 4 bits keep attention and embeddings of most models as they were. */
export function formatsOf(
  model: Model,
  precision: NumberFormat,
): { readonly experts: NumberFormat; readonly rest: NumberFormat } {
  const small = precision === 'fp4' || precision === 'int4'
  if (!small || model.fourBits === 'all') return { experts: precision, rest: precision }
  return { experts: precision, rest: model.fourBits === 'experts' ? 'bf16' : 'fp8' }
}

/** Weights of a model: of all routed experts, of the other products, and of embeddings and head. */
export function countWeights(model: Model): {
  readonly experts: number
  readonly rest: number
  readonly embeddings: number
} {
  const { layers, hidden, denseHidden, experts, vocabulary, tiedHead } = model
  const dense = Math.min(model.denseLayers, layers)
  const routed = experts ? (layers - dense) * experts.count * 3 * (experts.input ?? hidden) * experts.hidden : 0
  const shared = experts
    ? (layers - dense) *
      (experts.shared * 3 * hidden * experts.hidden +
        hidden * experts.count +
        (experts.input === undefined ? 0 : 2 * hidden * experts.input))
    : 0
  return {
    experts: routed,
    rest: attentionWeights(model) + dense * 3 * hidden * denseHidden + shared,
    embeddings: (tiedHead ? 1 : 2) * vocabulary * hidden,
  }
}

function attentionWeights({ attention, hidden, layers }: Model): number {
  if (attention.kind === 'compressed') return compressedWeights(attention, hidden, layers)
  const { linear } = attention
  const plain = layers - (linear?.layers ?? 0)
  const ofLinear = linear ? linear.layers * linearWeights(linear, hidden) : 0
  if (attention.kind === 'grouped') {
    const { heads, kvHeads, headDim } = attention
    return plain * hidden * headDim * (2 * heads + 2 * kvHeads) + ofLinear
  }
  const { heads, queryRank, kvRank, ropeDim, nopeDim, valueDim, indexer } = attention
  const down = hidden * (queryRank + kvRank + ropeDim)
  const up = queryRank * heads * (nopeDim + ropeDim) + kvRank * heads * (nopeDim + valueDim)
  const ofIndexer = indexer ? indexer.layers * (queryRank * indexer.heads * indexer.dim + hidden * indexer.dim) : 0
  return plain * (down + up + heads * valueDim * hidden) + ofIndexer + ofLinear
}

/** Keys, queries, values, a gate and the output. */
function linearWeights({ heads, keyHeads, keyDim, valueDim }: LinearAttention, hidden: number): number {
  return hidden * (2 * keyHeads * keyDim + 3 * heads * valueDim)
}

/** Bytes of the weights that one GPU holds. */
export function weightBytesPerGpu({ model, precision, tp, ep, pp, expertTp }: Placed): number {
  const { experts, rest, embeddings } = countWeights(model)
  const formats = formatsOf(model, precision)
  const perGpu =
    (experts * bytesOf[formats.experts]) / (ep * expertTp) + (rest * bytesOf[formats.rest] + embeddings * 2) / tp
  return perGpu / pp
}
