import type { Placed } from './deployment.ts'
import { efficiencies } from './efficiencies.ts'
import { kernelS } from './kernel-s.ts'
import type { CompressedAttention } from './model.ts'
import type { RooflineWork } from './roofline-work.ts'

/**
 * Bytes of a vector that serves as key and value, and of an indexer's key: of 8 bits but for its rotated part, with its scales; or of 16.
 *
 * Source: the packed layout of SGLang's pools (`mem_cache`, 448 + 2 x 64 + 8 and 128 + 4 bytes) and of vLLM's sparse backend for DeepSeek-V4.
 */
function vectorBytes({ headDim, ropeDim }: CompressedAttention, kvBytes: number): number {
  return kvBytes === 1 ? headDim - ropeDim + 2 * ropeDim + 8 : kvBytes * headDim
}

/** Bytes that one token more takes in the cache of one GPU, all layers: every GPU keeps all of it. */
export function compressedTokenBytes(attention: CompressedAttention, kvBytes: number): number {
  return attention.compressed.reduce(
    (sum, { ratio, layers, indexer }) =>
      sum + (layers * (vectorBytes(attention, kvBytes) + (indexer ? indexer.dim + 4 : 0))) / ratio,
    0,
  )
}

/** Bytes of the last tokens of a sequence, which all layers keep whole. */
export function compressedWindowBytes(attention: CompressedAttention, layers: number, kvBytes: number): number {
  return layers * attention.windowTokens * vectorBytes(attention, kvBytes)
}

/** Weights of the attention of all layers: queries, keys, the output in groups, compressors and indexers. */
export function compressedWeights(attention: CompressedAttention, hidden: number, layers: number): number {
  const { heads, headDim, queryRank, outputRank, outputGroups } = attention
  const ofEach =
    hidden * (queryRank + headDim) +
    queryRank * heads * headDim +
    heads * headDim * outputRank +
    outputGroups * outputRank * hidden
  const ofCompressors = attention.compressed.map(({ layers: some, indexer, overlaps }) => {
    // Vectors and their weights, of two stretches each where these overlap.
    const width = (dim: number) => hidden * 2 * dim * (overlaps ? 2 : 1)
    return (
      some *
      (width(headDim) +
        (indexer ? queryRank * indexer.heads * indexer.dim + hidden * indexer.heads + width(indexer.dim) : 0))
    )
  })
  return layers * ofEach + ofCompressors.reduce((sum, weights) => sum + weights, 0)
}

/** Products of the layers' projections on one GPU, [columns, inner] each, and how often. */
export function compressedProjections(
  { heads, headDim, queryRank, outputRank, outputGroups, compressed }: CompressedAttention,
  { hidden, layers, tp }: { readonly hidden: number; readonly layers: number; readonly tp: number },
): readonly (readonly [columns: number, inner: number, times: number])[] {
  return [
    [queryRank + headDim, hidden, layers],
    [(heads * headDim) / tp, queryRank, layers],
    // Each head goes into its group's rank alone.
    [outputRank, (heads * headDim) / tp, layers],
    [hidden, (outputGroups * outputRank) / tp, layers],
    ...compressed.flatMap(({ layers: some, indexer, overlaps }) => [
      [2 * headDim * (overlaps ? 2 : 1), hidden, some] as const,
      ...(indexer ? [[indexer.heads * indexer.dim, queryRank, some] as const] : []),
    ]),
  ]
}

/** Seconds of the cores: of every layer the window, and the vectors that stand for what came before it, or the best of them. */
export function compressedCoreS(placed: Placed, attention: CompressedAttention, work: RooflineWork): number {
  const { heads, headDim, windowTokens, compressed } = attention
  const { latentPrefill, latentDecode } = efficiencies[placed.gpu.generation]
  const bytes = vectorBytes(attention, placed.kvBytes)
  const queries = work.decodes === 0 ? 1 : 1 + (work.draftTokens ?? 0) / work.decodes
  const seen = (tokens: number, contextTokens: number, ratio: number, most: number) =>
    Math.min(contextTokens, tokens * windowTokens) + Math.min(contextTokens / ratio, tokens * most)
  const flops = (4 * heads * headDim) / placed.tp
  const coresS = (ratio: number, most: number) => {
    const prefilled = seen(work.prefillTokens, work.prefillContextTokens, ratio, most)
    const decoded = seen(work.decodes, work.decodeContextTokens, ratio, most)
    return (
      kernelS(placed, latentPrefill, work.prefillTokens, { flops: flops * prefilled, bytes: 0 }) +
      kernelS(placed, latentDecode, work.decodes, { flops: flops * queries * decoded, bytes: bytes * decoded })
    )
  }
  const ofAll = compressed.reduce((sum, { ratio, layers, indexer }) => {
    if (!indexer) return sum + layers * coresS(ratio, Number.POSITIVE_INFINITY)
    const perKey = 2 * indexer.heads * indexer.dim
    const indexS =
      kernelS(placed, latentPrefill, work.prefillTokens, {
        flops: (perKey * work.prefillContextTokens) / ratio,
        bytes: 0,
      }) +
      kernelS(placed, latentDecode, work.decodes, {
        flops: (perKey * queries * work.decodeContextTokens) / ratio,
        bytes: ((indexer.dim + 4) * work.decodeContextTokens) / ratio,
      })
    return sum + layers * (coresS(ratio, indexer.topVectors) + indexS)
  }, 0)
  const rest = placed.model.layers - compressed.reduce((sum, { layers }) => sum + layers, 0)
  return ofAll + rest * coresS(Number.POSITIVE_INFINITY, 0)
}
