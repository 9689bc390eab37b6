/** Attention with keys and values of its own for groups of heads. */
export interface GroupedAttention {
  readonly kind: 'grouped'
  readonly heads: number
  readonly kvHeads: number
  readonly headDim: number
  /** Layers that see the last `windowTokens` tokens alone. */
  readonly windowLayers?: number
  readonly windowTokens?: number
  /** Layers with a state of fixed size in place of a cache. */
  readonly linear?: LinearAttention
  /** A token attends to so many at most. */
  readonly topTokens?: number
}

/** Attention over one latent vector per token, which all heads share. */
export interface LatentAttention {
  readonly kind: 'latent'
  readonly heads: number
  readonly queryRank: number
  readonly kvRank: number
  readonly ropeDim: number
  readonly nopeDim: number
  readonly valueDim: number
  /** A token attends to the `topTokens` that an indexer picks, on so many layers. */
  readonly indexer?: {
    readonly heads: number
    readonly dim: number
    readonly topTokens: number
    readonly layers: number
  }
  readonly linear?: LinearAttention
}

/**
 * Attention over one vector per token that is key and value for all heads: the last tokens' as they are, and those before them as one of each `ratio` tokens. Hyper-connections, which
 * such models have around it, are left out.
 */
export interface CompressedAttention {
  readonly kind: 'compressed'
  readonly heads: number
  readonly headDim: number
  readonly ropeDim: number
  readonly queryRank: number
  readonly outputRank: number
  readonly outputGroups: number
  readonly windowTokens: number
  /** Layers that see more than the window. */
  readonly compressed: readonly {
    readonly ratio: number
    readonly layers: number
    /** A vector is made of the stretch before its own too. */
    readonly overlaps?: boolean
    /** A token attends to so many vectors that it picks; without it to all. */
    readonly indexer?: { readonly heads: number; readonly dim: number; readonly topVectors: number }
  }[]
  readonly linear?: undefined
}

export interface LinearAttention {
  readonly layers: number
  readonly heads: number
  readonly keyHeads: number
  readonly keyDim: number
  readonly valueDim: number
}

export interface Experts {
  readonly count: number
  readonly perToken: number
  readonly shared: number
  readonly hidden: number
  /** Width of what goes into an expert, where it is not the model's. */
  readonly input?: number
}

export interface Model {
  readonly name: string
  /** What a model id has in it, any case; the first model that has one is meant. */
  readonly ids: readonly string[]
  readonly layers: number
  /** Layers whose feed-forward part is dense. */
  readonly denseLayers: number
  readonly hidden: number
  /** Width of the dense feed-forward part. */
  readonly denseHidden: number
  readonly attention: GroupedAttention | LatentAttention | CompressedAttention
  readonly experts?: Experts
  readonly vocabulary: number
  /** The head is the embedding. */
  readonly tiedHead?: boolean
  /** Of the experts alone, where the rest is of 16 bits or of 8, or of everything: in checkpoints of 4 bits. */
  readonly fourBits: 'experts' | 'experts-beside-fp8' | 'all'
  /** Checkpoints of 8 bits have one scale for a tensor, and not for a block of it. */
  readonly tensorScales?: boolean
  /** No latencies of a served point of it, or of one like it, were measured: predictions have no published error. */
  readonly unmeasured?: true
  /** What the publisher says, in thousands of millions. */
  readonly publishedBillions: number
  readonly source: string
}
