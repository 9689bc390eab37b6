import { compressedCoreS } from './compressed-attention.ts'
import type { Placed } from './deployment.ts'
import { efficiencies } from './efficiencies.ts'
import { kernelS } from './kernel-s.ts'
import type { GroupedAttention, LatentAttention, LinearAttention } from './model.ts'
import type { RooflineWork } from './roofline-work.ts'

/** Seconds of the cores of attention of all layers: new tokens over what came before them, and the caches that decoding reads. */
export function attentionCoreS(placed: Placed, work: RooflineWork): number {
  const { attention, layers } = placed.model
  if (attention.kind === 'compressed') return compressedCoreS(placed, attention, work)
  const plain = layers - (attention.linear?.layers ?? 0)
  const ofLinear = attention.linear ? linearS(placed, attention.linear, work) : 0
  if (attention.kind === 'latent') return latentS(placed, attention, plain, work) + ofLinear
  const { windowLayers = 0, windowTokens } = attention
  const whole = (plain - windowLayers) * groupedS(placed, attention, limited(work, attention.topTokens))
  return whole + windowLayers * groupedS(placed, attention, limited(work, windowTokens)) + ofLinear
}

/** Its token and its drafts look at a cache that is read once. */
function queriesPerDecode({ decodes, draftTokens = 0 }: RooflineWork): number {
  return decodes === 0 ? 1 : 1 + draftTokens / decodes
}

/** The same work where a token sees so many others at most. */
function limited(work: RooflineWork, most = Number.POSITIVE_INFINITY): RooflineWork {
  return {
    ...work,
    prefillContextTokens: Math.min(work.prefillContextTokens, work.prefillTokens * most),
    decodeContextTokens: Math.min(work.decodeContextTokens, work.decodes * most),
  }
}

function groupedS(placed: Placed, { heads, kvHeads, headDim }: GroupedAttention, work: RooflineWork): number {
  const { tp, gpu, kvBytes } = placed
  const { groupedPrefill, groupedDecode } = efficiencies[gpu.generation]
  const flops = (4 * headDim * heads) / tp
  const bytes = 2 * Math.max(1, kvHeads / tp) * headDim * kvBytes
  return (
    kernelS(placed, groupedPrefill, work.prefillTokens, { flops: flops * work.prefillContextTokens, bytes: 0 }) +
    kernelS(placed, groupedDecode, work.decodes, {
      flops: flops * queriesPerDecode(work) * work.decodeContextTokens,
      bytes: bytes * work.decodeContextTokens,
    })
  )
}

/** Every GPU of the group reads the whole latent cache; an indexer reads a small key of every token on its layers. */
function latentS(placed: Placed, attention: LatentAttention, layers: number, all: RooflineWork): number {
  const { tp, gpu, kvBytes } = placed
  const { kvRank, ropeDim, nopeDim, valueDim, indexer } = attention
  const heads = attention.heads / tp
  const { latentPrefill, latentDecode } = efficiencies[gpu.generation]
  const work = limited(all, indexer?.topTokens)
  const ofIndexer = indexer
    ? indexer.layers *
      (kernelS(placed, latentPrefill, all.prefillTokens, {
        flops: 2 * indexer.heads * indexer.dim * all.prefillContextTokens,
        bytes: 0,
      }) +
        kernelS(placed, latentDecode, all.decodes, {
          flops: 2 * indexer.heads * indexer.dim * queriesPerDecode(all) * all.decodeContextTokens,
          bytes: (indexer.dim + 4) * all.decodeContextTokens,
        }))
    : 0
  return (
    layers *
      (kernelS(placed, latentPrefill, work.prefillTokens, {
        flops: 2 * heads * (nopeDim + ropeDim + valueDim) * work.prefillContextTokens,
        bytes: 0,
      }) +
        kernelS(placed, latentDecode, work.decodes, {
          flops: 2 * heads * (2 * kvRank + ropeDim) * queriesPerDecode(work) * work.decodeContextTokens,
          bytes: (kvRank + ropeDim) * kvBytes * work.decodeContextTokens,
        })) +
    ofIndexer
  )
}

/** States are read and written once for a decoded token; new tokens of a prompt are computed in chunks. */
function linearS(
  placed: Placed,
  linear: LinearAttention,
  { prefillTokens, decodes, draftTokens = 0 }: RooflineWork,
): number {
  const { groupedPrefill, groupedDecode } = efficiencies[placed.gpu.generation]
  const state = (linear.heads / placed.tp) * linear.keyDim * linear.valueDim
  return (
    linear.layers *
    (kernelS(placed, groupedPrefill, prefillTokens, { flops: 8 * state * prefillTokens, bytes: 0 }) +
      kernelS(placed, groupedDecode, decodes, {
        flops: 4 * state * (decodes + draftTokens),
        bytes: 8 * state * (decodes + draftTokens),
      }))
  )
}
