/** Layers of a model that keep the same of a sequence, in the memory of one GPU. */
export type KvLayers =
  /** All tokens. Multi-head and grouped-query attention: `2 x KV heads x head size x bytes`; latent attention: `(rank + rope) x bytes`, whatever the tensor parallelism. */
  | { readonly kind: 'full'; readonly layers: number; readonly tokenBytes: number }
  /** The last tokens. */
  | { readonly kind: 'window'; readonly layers: number; readonly tokenBytes: number; readonly windowTokens: number }
  /** A state of fixed size: of Mamba and linear attention. */
  | { readonly kind: 'state'; readonly layers: number; readonly stateBytes: number }

export interface KvPool {
  readonly poolBytes: number
  /** Tokens of a block of attention, as asked for. */
  readonly blockSize: number
  /** Token budget of a step: tokens that a window layer holds beside its window while they are computed. */
  readonly maxNumBatchedTokens: number
  /** Length of the sequences that it is reckoned for. */
  readonly contextTokens: number
}

/** What a pool holds, in blocks of which each serves one layer of every group's like. */
export interface KvCapacity {
  readonly numBlocks: number
  /** Tokens of a block; more than was asked for where a state needs a larger page. */
  readonly blockSize: number
  /** Pages of the same layers' number: a sequence has blocks of each. */
  readonly groups: readonly { readonly kind: KvLayers['kind']; readonly layers: number; readonly blocks: number }[]
  /** Blocks of a sequence of the context's length, over all groups. */
  readonly blocksPerSequence: number
  /** Sequences of that length that fit at once, a part of one included. */
  readonly sequences: number
  /** Their tokens. */
  readonly tokens: number
}

/**
 * What a pool of KV memory holds for a model whose layers differ, as vLLM shares it out: all layers have pages of one size, layers of a kind are
 * parted into groups of one number of layers, and a block is a page in each layer of a group.
 *
 * @throws RangeError for attention layers whose tokens take different numbers of bytes, and for a pool without a block.
 *
 * Source: `v1/core/kv_cache_utils.py` and `v1/kv_cache_interface.py` of vLLM; sizes of models in ../shared/spec/engine-sim.md 4.1 and 4.3.
 */
export function kvCapacity(model: readonly KvLayers[], pool: KvPool): KvCapacity {
  const { pageBytes, blockSize } = pageOf(model, pool.blockSize)
  const perGroup = layersPerGroup(model.map(({ layers }) => layers))
  const groups = model.flatMap((kind) =>
    Array.from({ length: Math.ceil(kind.layers / perGroup) }, (_, at) => ({
      kind: kind.kind,
      layers: Math.min(perGroup, kind.layers - at * perGroup),
      blocks: blocksOf(kind, blockSize, pool),
    })),
  )
  const numBlocks = Math.floor(pool.poolBytes / pageBytes / perGroup)
  if (numBlocks < 1)
    throw new RangeError(
      `${pool.poolBytes} bytes are less than a block of ${pageBytes * perGroup}: ${perGroup} layers of ${pageBytes}`,
    )
  const blocksPerSequence = groups.reduce((sum, { blocks }) => sum + blocks, 0)
  const sequences = numBlocks / blocksPerSequence
  return {
    numBlocks,
    blockSize,
    groups,
    blocksPerSequence,
    sequences,
    tokens: Math.floor(sequences * pool.contextTokens),
  }
}

/** One page for all: an attention block is made long enough to be no smaller than a state. */
function pageOf(model: readonly KvLayers[], asked: number): { readonly pageBytes: number; readonly blockSize: number } {
  const tokenBytes = new Set(model.flatMap((kind) => (kind.kind === 'state' ? [] : [kind.tokenBytes])))
  if (tokenBytes.size > 1)
    throw new RangeError(`attention layers of ${[...tokenBytes].join(' and ')} bytes a token have no page in common`)
  const largestState = Math.max(0, ...model.map((kind) => (kind.kind === 'state' ? kind.stateBytes : 0)))
  const [bytes] = tokenBytes
  if (bytes === undefined) return { pageBytes: largestState, blockSize: asked }
  const blockSize = asked * Math.max(1, Math.ceil(largestState / bytes / asked))
  return { pageBytes: blockSize * bytes, blockSize }
}

/** The fewest of a kind, unless the most are hardly more: then one group is padded and not two made. */
function layersPerGroup(layers: readonly number[]): number {
  const [fewest, most] = [Math.min(...layers), Math.max(...layers)]
  return most < fewest * 1.5 ? most : fewest
}

function blocksOf(kind: KvLayers, blockSize: number, { contextTokens, maxNumBatchedTokens }: KvPool): number {
  switch (kind.kind) {
    case 'full':
      return Math.ceil(contextTokens / blockSize)
    case 'window': {
      const tokens = Math.min(kind.windowTokens - 1 + maxNumBatchedTokens, contextTokens)
      // A window seldom begins where a block does.
      return Math.ceil(tokens / blockSize) + 1
    }
    case 'state':
      return 1
  }
}
