import { allReduceBytes, allReduceUs } from './all-reduce-us.ts'
import { attentionCoreS } from './attention-cost.ts'
import { compressedProjections } from './compressed-attention.ts'
import type { Placed } from './deployment.ts'
import {
  busiestShare,
  type Efficiency,
  efficiencies,
  elementWise,
  expertPasses,
  type NumberFormat,
} from './efficiencies.ts'
import { launchStopsAll, promptLaunchMs } from './layer-launch.ts'
import type { RooflineWork } from './roofline-work.ts'
import { bytesOf, formatsOf } from './weights.ts'

/**
 * Milliseconds of the kernels of a step, from what they compute and move, the peaks of the GPU and what of them kernels reach; of a step with prompts at least what launching takes, where
 * that stops all.
 *
 * Per layer: projections, the cores of attention, the feed-forward part or the experts, element-wise work and the sums over GPUs; then the head.
 * Drafts of sequences are tokens that share one reading of the cache with what they follow; making them takes `draftPasses` of a head that is a layer
 * of the model and the product with its vocabulary, the first over all tokens of the step.
 * What depends on the number of tokens alone is kept for the last few numbers, since decode steps follow one another with the same.
 */
export function rooflineDuration(placed: Placed, draftPasses = 0): (work: RooflineWork) => number {
  const kept = new Map<number, number>()
  const launchMs = launchStopsAll(placed) ? promptLaunchMs(placed) : 0
  const tokensS = (tokens: number, rows: number): number => {
    const key = tokens * 65_536 + rows
    const known = kept.get(key)
    if (known !== undefined) return known
    if (kept.size > 4096) kept.clear()
    const seconds = layersS(placed, tokens) + headS(placed, rows)
    kept.set(key, seconds)
    return seconds
  }
  return (work) => {
    const { prefillTokens, decodes, draftTokens = 0 } = work
    const tokens = prefillTokens + decodes + draftTokens
    if (tokens === 0) return 0
    const sequences = decodes + (prefillTokens > 0 ? 1 : 0)
    const rows = Math.min(65_535, sequences + draftTokens)
    const modelS = tokensS(tokens, rows) + attentionCoreS(placed, work)
    const kernelsMs = (draftPasses === 0 ? modelS : modelS + draftsS(placed, work, draftPasses)) * 1e3
    return prefillTokens > 0 ? Math.max(kernelsMs, launchMs) : kernelsMs
  }
}

/** Source: ../shared/spec/engine-sim.md 4.1. */
function draftsS(placed: Placed, work: RooflineWork, passes: number): number {
  const { prefillTokens, decodes, decodeContextTokens, draftTokens = 0 } = work
  const sequences = decodes + (prefillTokens > 0 ? 1 : 0)
  const layerS = (tokens: number, seen: RooflineWork) =>
    (layersS(placed, tokens) + attentionCoreS(placed, seen)) / placed.model.layers + headS(placed, sequences)
  const next = { prefillTokens: 0, prefillContextTokens: 0, decodes: sequences, decodeContextTokens }
  return layerS(prefillTokens + decodes + draftTokens, work) + (passes - 1) * layerS(sequences, next)
}

function layersS(placed: Placed, tokens: number): number {
  const { model } = placed
  const dense = Math.min(model.denseLayers, model.layers)
  const ofEach = elementWiseS(placed, tokens) + exchangesS(placed, tokens)
  return (
    projectionsS(placed, tokens) +
    model.layers * ofEach +
    dense * denseS(placed, tokens, model.denseHidden) +
    (model.layers - dense) * expertsS(placed, tokens)
  )
}

/** Seconds of the product of `rows` x `inner` and `inner` x `columns`: computing and moving overlap in bf16 and follow one another in smaller formats, as their kernels were measured. */
function productS(
  placed: Placed,
  format: NumberFormat,
  [rows, columns, inner]: readonly [number, number, number],
): number {
  const { product, tensorScaledProduct } = efficiencies[placed.gpu.generation]
  const efficiency = format === 'fp8' && placed.model.tensorScales ? tensorScaledProduct : product[format]
  const bytes = bytesOf[format] * columns * inner + 2 * rows * (inner + columns)
  const [computeS, memoryS] = boundsS(placed, efficiency, { flops: 2 * rows * columns * inner, bytes, format })
  return efficiency.launchUs * 1e-6 + (format === 'bf16' ? Math.cbrt(computeS ** 3 + memoryS ** 3) : computeS + memoryS)
}

/** Seconds of computing and of moving. */
function boundsS(
  { gpu }: Placed,
  { compute, memory }: Efficiency,
  { flops, bytes, format }: { readonly flops: number; readonly bytes: number; readonly format: NumberFormat },
): readonly [computeS: number, memoryS: number] {
  return [flops / (peakOf(gpu.flopsPerS, format) * compute), bytes / (gpu.memoryBytesPerS * memory)]
}

/** Formats that a GPU has no units for are unpacked: four bits to bf16. */
function peakOf(peaks: Placed['gpu']['flopsPerS'], format: NumberFormat): number {
  if (format === 'int4') return peaks.bf16
  return format === 'fp4' ? (peaks.fp4 ?? peaks.bf16) : peaks[format]
}

/** Of all layers: queries, keys and values, and the output of attention. */
function projectionsS(placed: Placed, tokens: number): number {
  const { model, tp, precision } = placed
  const { attention, hidden, layers } = model
  const format = formatsOf(model, precision).rest
  const product = (columns: number, inner: number) => productS(placed, format, [tokens, columns, inner])
  if (attention.kind === 'compressed')
    return compressedProjections(attention, { hidden, layers, tp }).reduce(
      (sum, [columns, inner, times]) => sum + times * product(columns, inner),
      0,
    )
  const { linear } = attention
  const ofLinear = linear
    ? linear.layers *
      (product((2 * linear.keyHeads * linear.keyDim + 2 * linear.heads * linear.valueDim) / tp, hidden) +
        product(hidden, (linear.heads * linear.valueDim) / tp))
    : 0
  const plain = layers - (linear?.layers ?? 0)
  if (attention.kind === 'grouped') {
    const { heads, kvHeads, headDim } = attention
    const columns = (heads * headDim) / tp + 2 * Math.max(1, kvHeads / tp) * headDim
    return plain * (product(columns, hidden) + product(hidden, (heads * headDim) / tp)) + ofLinear
  }
  const { queryRank, kvRank, ropeDim, nopeDim, valueDim, indexer } = attention
  const heads = attention.heads / tp
  const absorbed = productS(placed, 'bf16', [tokens, heads * (nopeDim + valueDim), kvRank])
  const ofIndexer = indexer
    ? indexer.layers * (product(indexer.heads * indexer.dim, queryRank) + product(indexer.dim, hidden))
    : 0
  const ofEach =
    product(queryRank + kvRank + ropeDim, hidden) +
    product(heads * (nopeDim + ropeDim), queryRank) +
    absorbed +
    product(hidden, heads * valueDim)
  return plain * ofEach + ofIndexer + ofLinear
}

/** Of one layer: gate and up, and down. */
function denseS(placed: Placed, tokens: number, width: number): number {
  const { model, tp, precision } = placed
  const format = formatsOf(model, precision).rest
  return (
    productS(placed, format, [tokens, (2 * width) / tp, model.hidden]) +
    productS(placed, format, [tokens, model.hidden, width / tp])
  )
}

/**
 * Of one layer: the router, the shared expert, and the experts that the tokens of all ranks meet.
 * A token meets `perToken` of `count` experts, each as likely: of n picks so many different ones are met as balls hit boxes. What comes of them the busiest GPU decides.
 */
function expertsS(placed: Placed, tokens: number): number {
  const { model, dp, ep, expertTp, precision, gpu } = placed
  const { experts, hidden } = model
  if (!experts) return 0
  const all = tokens * dp
  const input = experts.input ?? hidden
  const picks = all * experts.perToken
  const met = (experts.count * (1 - (1 - 1 / experts.count) ** picks)) / ep
  const format = formatsOf(model, precision).experts
  const width = experts.hidden / expertTp
  const rows = (picks / ep) * busiestShare(ep)
  const bytes = met * 3 * input * width * bytesOf[format] + rows * (expertPasses * input + 2 * width) * 2
  const efficiency = efficiencies[gpu.generation].experts[format]
  const [computeS, memoryS] = boundsS(placed, efficiency, { flops: 6 * input * width * rows, bytes, format })
  const routed = efficiency.launchUs * 1e-6 + computeS + memoryS
  const shared = experts.shared > 0 ? denseS(placed, tokens, experts.shared * experts.hidden) : 0
  // Into the width of the experts and back, on every GPU.
  const narrowed =
    experts.input === undefined
      ? 0
      : productS(placed, 'bf16', [tokens, input, hidden]) + productS(placed, 'bf16', [tokens, hidden, input])
  return routed + shared + narrowed + productS(placed, 'bf16', [tokens, experts.count, hidden])
}

function elementWiseS({ model, gpu }: Placed, tokens: number): number {
  const { launchUs, passes, memory } = elementWise
  return launchUs * 1e-6 + (passes * 2 * tokens * model.hidden) / (gpu.memoryBytesPerS * memory)
}

/** Of one layer: two sums over the GPUs that share attention, or the way to the experts and back where ranks have their own attention. */
function exchangesS(placed: Placed, tokens: number): number {
  const { model, tp, dp, gpu } = placed
  const bytes = 2 * tokens * model.hidden
  const sums = tp > 1 ? 2 * allReduceS(placed, bytes) : 0
  if (dp === 1 || !model.experts) return sums
  const all = (bytes * (dp - 1)) / (gpu.linkBytesPerS * 0.75)
  return sums + 2 * (efficiencies[gpu.generation].exchangeUs * 1e-6 + all)
}

/** Straight lines between the sizes that were measured, flat below and in proportion above them; more GPUs than measured take as long as eight. */
function allReduceS({ gpu: { generation }, framework, tp }: Placed, bytes: number): number {
  return 1e-6 * onLines(allReduceUs(generation, framework)[tp <= 2 ? 2 : tp <= 4 ? 4 : 8], bytes)
}

function onLines(times: readonly number[], bytes: number): number {
  const above = allReduceBytes.findIndex((size) => bytes <= size)
  if (above === 0) return times[0]!
  const last = times.length - 1
  if (above < 0) return times[last]! * (bytes / allReduceBytes[last]!)
  const [low, high] = [allReduceBytes[above - 1]!, allReduceBytes[above]!]
  const share = (bytes - low) / (high - low)
  return times[above - 1]! + share * (times[above]! - times[above - 1]!)
}

function headS(placed: Placed, rows: number): number {
  return rows === 0 ? 0 : productS(placed, 'bf16', [rows, placed.model.vocabulary / placed.tp, placed.model.hidden])
}
