import type { CompressedAttention, Model } from './model.ts'

const deepseekV4 = {
  denseLayers: 0,
  denseHidden: 0,
  vocabulary: 129_280,
  fourBits: 'experts-beside-fp8',
  unmeasured: true,
  source: "the config.json of the checkpoint's publisher",
} as const
const attention = {
  kind: 'compressed',
  headDim: 512,
  ropeDim: 64,
  outputRank: 1024,
  windowTokens: 128,
} as const satisfies Partial<CompressedAttention>

/** Models whose layers keep vectors for stretches of tokens. */
export const compressedModels: readonly Model[] = [
  {
    ...deepseekV4,
    name: 'DeepSeek-V4-Pro',
    ids: ['deepseek-v4-pro'],
    layers: 61,
    hidden: 7168,
    attention: {
      ...attention,
      heads: 128,
      queryRank: 1536,
      outputGroups: 16,
      compressed: [
        { ratio: 4, layers: 30, overlaps: true, indexer: { heads: 64, dim: 128, topVectors: 1024 } },
        { ratio: 128, layers: 31 },
      ],
    },
    experts: { count: 384, perToken: 6, shared: 1, hidden: 3072 },
    publishedBillions: 1600,
  },
  {
    ...deepseekV4,
    name: 'DeepSeek-V4-Flash',
    ids: ['deepseek-v4-flash'],
    layers: 43,
    hidden: 4096,
    attention: {
      ...attention,
      heads: 64,
      queryRank: 1024,
      outputGroups: 8,
      compressed: [
        { ratio: 4, layers: 21, overlaps: true, indexer: { heads: 64, dim: 128, topVectors: 512 } },
        { ratio: 128, layers: 20 },
      ],
    },
    experts: { count: 256, perToken: 6, shared: 1, hidden: 2048 },
    publishedBillions: 284,
  },
]
