import type { SglangSchedulerConfig } from '../engine-config.ts'
import type { EngineRequest } from '../engine-request.ts'
import { mixKey } from '../mix-key.ts'
import type { Sequence } from '../steps/sequence.ts'
import type { RadixNode } from './radix-node.ts'

/** Parent of the keys of pages that only one request can have. */
const uniqueRoot = mixKey(0x5eed, 0x4ad1f)

interface Limits {
  readonly pageSize: number
  /** Tokens that the whole KV pool holds. */
  readonly kvTokens: number
  readonly maxModelLen: number
}

/** A request inside SGLang's scheduler: how far it is and what it holds. */
export class SglangSequence implements Sequence {
  readonly request: EngineRequest
  /** Most output tokens that it may have, as the scheduler reserves for it. */
  readonly maxTokens: number
  /** Output tokens at which it ends. */
  readonly outputLimit: number
  /** It ends at `maxTokens` and not before, so all of them are reserved for it. */
  readonly ignoresEos: boolean
  generated = 0
  /** Tokens whose KV has its place in the pool; where drafts are verified, with room for some that are not there yet. */
  computed = 0
  preemptions = 0
  cachedTokens: number | undefined = undefined
  hostTokens = 0
  diskTokens = 0
  recomputedTokens = 0
  ended = false
  /** Whoever wanted it is gone: it ends with the next step that brings it a token. */
  isGivenUp = false
  /** Tokens that are there when its next prefill begins: found in the cache, or computed by a chunk before. */
  prefixTokens = 0
  /** Where its last prefill ends. */
  extendEnd = 0
  /** Leading pages that are the tree's. */
  treePages = 0
  /** Leading pages that it has put into the tree itself, found there or not. */
  putPages = 0
  /** Where in the tree they end, held; absent while it holds none. */
  heldNode: RadixNode | undefined = undefined
  /** What the host has behind that, and where it ends, until it is loaded or not. */
  inHost: { readonly node: RadixNode; readonly tokens: number } | undefined = undefined
  /** Of its tokens, those that were fetched from storage for it. */
  fromStorage: { readonly fromTokens: number; readonly toTokens: number } | undefined = undefined
  /** It has a row in the table of requests. */
  hasRow = false
  /** It has a buffer for what is sent beside its KV to another engine. */
  hasBuffer = false
  /** Chunks under way that are not its last. */
  middleChunks = 0
  /** It lost its pages, and has not been admitted again. */
  isRetracted = false
  readonly #pageSize: number
  readonly #uniqueKey: number
  #keys: Float64Array

  /** `serial` makes the keys of its own pages unique: a number that no other sequence of the scheduler has. */
  constructor(request: EngineRequest, serial: number, { pageSize, kvTokens, maxModelLen }: Limits) {
    const { promptTokens, outputTokens, blockKeys } = request
    const spare = kvTokens - Math.ceil(promptTokens / pageSize) * pageSize - pageSize - 1
    this.request = request
    this.maxTokens = Math.max(1, Math.min(request.maxTokens ?? outputTokens, spare, maxModelLen - promptTokens))
    this.outputLimit = Math.max(1, Math.min(outputTokens, this.maxTokens))
    this.ignoresEos = request.ignoresEos ?? true
    this.#pageSize = pageSize
    this.#uniqueKey = mixKey(uniqueRoot, serial)
    this.#keys = blockKeys
  }

  static of(
    request: EngineRequest,
    serial: number,
    { blockSize, numBlocks, maxModelLen }: Pick<SglangSchedulerConfig, 'blockSize' | 'numBlocks' | 'maxModelLen'>,
  ): SglangSequence {
    const limits = { pageSize: blockSize, kvTokens: blockSize * numBlocks, maxModelLen }
    return new SglangSequence(request, serial, limits)
  }

  /** Prompt and output so far: what has to be computed when it is admitted. */
  get tokens(): number {
    return this.request.promptTokens + this.generated
  }

  /** Those that have KV where it is decoded, before its next step: all but the last of its output. */
  get filledTokens(): number {
    return this.request.promptTokens + Math.max(0, this.generated - 1)
  }

  /** Those of which KV is computed and stays: all but the last of its output, where that is known. */
  get committedTokens(): number {
    return Math.max(this.tokens - 1, this.extendEnd)
  }

  /** Content keys of the first pages, at least `pages` of them. Pages of which the request does not know the content are its alone. */
  keysOf(pages: number): Float64Array {
    if (pages <= this.#keys.length) return this.#keys
    const keys = new Float64Array(
      Math.max(pages, Math.ceil((this.request.promptTokens + this.outputLimit) / this.#pageSize)),
    )
    keys.set(this.#keys)
    for (let at = this.#keys.length; at < keys.length; at += 1) keys[at] = mixKey(this.#uniqueKey, at + 1)
    this.#keys = keys
    return keys
  }
}
