import type { PromptContent } from '@reprise/replay-engine'
import { keyOfText, mixKey } from '../core/mix-key.ts'

/** Sets a prompt's tail apart from block ids: ids are below 2^32. */
const tailMark = 2 ** 32

/**
 * Content keys of the KV blocks of one session's prompts. Keeps the keys of the prompt before, so that only what a turn adds is hashed.
 *
 * The KV block size may differ from that of the content: a KV block is then keyed by the pieces of content it covers.
 */
export class PromptKeys {
  readonly #blockSize: number
  readonly #root: number
  /** Joins the keys behind a system prompt that all plays have; absent where none has one: the root says it. */
  readonly #scopeKey: number | undefined
  /** Content blocks of that in the prompt before. */
  #systemBlocks = 0
  /** Content block ids behind `#keys`. */
  #blocks: Uint32Array = new Uint32Array(0)
  #keys = new Float64Array(64)
  /** KV blocks that lie wholly in the content blocks of the prompt before. */
  #keyed = 0
  /** Stands for the play where its prompts have a scope in common with others'. */
  readonly #ownKey: number
  /** The content block of the prompt before that is the play's own; -1 where all are. */
  #ownBlock = -1

  /** `blockSize`: tokens per KV block. All prompts must be of the same seed, scopes and content block size. */
  constructor(prompt: PromptContent, blockSize: number) {
    this.#blockSize = blockSize
    const scopeKey = keyOfText(prompt.common?.scope ?? prompt.scope)
    this.#scopeKey = prompt.system && scopeKey
    const rootKey = prompt.system ? keyOfText(prompt.system.scope) : scopeKey
    this.#root = mixKey(mixKey(rootKey, prompt.seed), prompt.blockSize)
    this.#ownKey = keyOfText(prompt.scope)
  }

  /** Keys of all full KV blocks of the prompt. The array is never written again where it has been given out. */
  of(prompt: PromptContent): Float64Array {
    const tokens = prompt.blocks.length * prompt.blockSize + prompt.tailTokens
    const count = Math.floor(tokens / this.#blockSize)
    const ownBlock = prompt.common?.ownBlock ?? -1
    const systemBlocks = prompt.system?.blocks ?? 0
    const sameUpTo = Math.min(sameBelow(ownBlock, this.#ownBlock), sameBelow(systemBlocks, this.#systemBlocks))
    const shared = Math.min(sharedPrefix(this.#blocks, prompt.blocks), sameUpTo)
    this.#ownBlock = ownBlock
    this.#systemBlocks = systemBlocks
    const kept = Math.min(this.#keyed, Math.floor((shared * prompt.blockSize) / this.#blockSize))
    this.#makeRoom(kept, count)
    if (this.#blockSize === prompt.blockSize) this.#keyWholeBlocks(prompt.blocks, kept)
    else this.#keyPieces(prompt, kept, count)
    if (prompt.tailTokens >= this.#blockSize && this.#blockSize === prompt.blockSize) {
      this.#keyPieces(prompt, prompt.blocks.length, count)
    }
    this.#blocks = prompt.blocks
    this.#keyed = Math.min(count, Math.floor((prompt.blocks.length * prompt.blockSize) / this.#blockSize))
    return this.#keys.subarray(0, count)
  }

  /** Turns to a new array where keys that were given out would be overwritten, or where the old one is full. */
  #makeRoom(kept: number, count: number): void {
    const overwrites = kept < this.#given
    this.#given = count
    if (!overwrites && count <= this.#keys.length) return
    const capacity = count <= this.#keys.length ? this.#keys.length : count + (count >> 1) + 64
    const fresh = new Float64Array(capacity)
    fresh.set(this.#keys.subarray(0, kept))
    this.#keys = fresh
  }

  /** Keys of the array in use that callers hold. */
  #given = 0

  #keyWholeBlocks(blocks: Uint32Array, from: number): void {
    const keys = this.#keys
    let key = from === 0 ? this.#root : keys[from - 1]!
    for (let at = from; at < blocks.length; at += 1) {
      if (at === this.#systemBlocks) key = this.#inScope(key)
      key = mixKey(key, blocks[at]!)
      if (at === this.#ownBlock) key = mixKey(key, this.#ownKey)
      keys[at] = key
    }
  }

  #inScope(key: number): number {
    return this.#scopeKey === undefined ? key : mixKey(key, this.#scopeKey)
  }

  #keyPieces(prompt: PromptContent, from: number, count: number): void {
    let key = from === 0 ? this.#root : this.#keys[from - 1]!
    for (let at = from; at < count; at += 1) {
      const end = (at + 1) * this.#blockSize
      for (let token = at * this.#blockSize; token < end; ) {
        const piece = pieceAt(prompt, token, end)
        if (piece.block === this.#systemBlocks) key = this.#inScope(key)
        key = mixKey(mixKey(key, piece.content), piece.offset * tailMark + piece.tokens)
        if (piece.block === this.#ownBlock) key = mixKey(key, this.#ownKey)
        token += piece.tokens
      }
      this.#keys[at] = key
    }
  }
}

/** Where a boundary is another than before, only what stands before both is keyed as it was. */
function sameBelow(one: number, other: number): number {
  return one === other ? Number.POSITIVE_INFINITY : Math.max(0, Math.min(one, other))
}

/** The run of tokens from `token` on, up to `end`, that comes from one content block or from the tail. */
function pieceAt({ blocks, blockSize, tailKey }: PromptContent, token: number, end: number) {
  const block = Math.floor(token / blockSize)
  if (block < blocks.length) {
    const offset = token - block * blockSize
    return { block, content: blocks[block]!, offset, tokens: Math.min(blockSize - offset, end - token) }
  }
  const offset = token - blocks.length * blockSize
  return { block: blocks.length, content: mixKey(keyOfText(tailKey), tailMark), offset, tokens: end - token }
}

function sharedPrefix(one: Uint32Array, other: Uint32Array): number {
  const end = Math.min(one.length, other.length)
  let at = 0
  while (at < end && one[at] === other[at]) at += 1
  return at
}
