import { keyOfText, mixKey } from '../core/mix-key.ts'

/** A prompt as the engine needs it, and nothing of its text. */
export interface PromptDigest {
  readonly promptTokens: number
  /** One per full block; equal keys mean equal salt and equal tokens up to the end of the block. */
  readonly blockKeys: Float64Array
  /** 52 bits over all tokens, the last partial block's too, whatever the salt. */
  readonly contentHash: number
}

/**
 * Counts the tokens of a prompt and keys its KV blocks in one pass, making no string on the way.
 *
 * The embedded model's tokenizer: a token is a maximal run of characters that are not white space. White space itself
 * is not a token, and pieces given one after another never share a token.
 *
 * The state is 64 bits that every character and every end of a token changes by a bijection, so two prompts that once
 * differed stay apart but for chance. It is never reset, which chains a block's key to everything before it.
 */
export class PromptHasher {
  readonly #blockSize: number
  readonly #salt: number | undefined
  #high = 0x9e3779b9
  #low = 0x7f4a7c15
  #tokens = 0
  #inBlock = 0
  #keys = new Float64Array(64)
  #keyCount = 0

  constructor(options: { blockSize: number; salt?: string }) {
    this.#blockSize = options.blockSize
    this.#salt = options.salt === undefined ? undefined : keyOfText(options.salt)
  }

  text(text: string): void {
    let high = this.#high
    let low = this.#low
    let inWord = false
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index)
      if (isSpace(unit)) {
        if (inWord) {
          this.#endToken(high, low)
          high = this.#high
          low = this.#low
          inWord = false
        }
      } else {
        high = Math.imul(high ^ unit, 0x01000193)
        low = Math.imul(low + unit, 0x2c1b3c6d)
        inWord = true
      }
    }
    if (inWord) this.#endToken(high, low)
  }

  /** One token that is told by its id, and is none that a text makes. */
  id(id: number): void {
    this.#special(id)
  }

  /** Tokens that a chat template puts around a message: equal for equal names. */
  template(name: string, count: number): void {
    const seed = keyOfText(name) % 2 ** 31
    for (let index = 0; index < count; index += 1) this.#special(seed + index)
  }

  digest(): PromptDigest {
    return {
      promptTokens: this.#tokens,
      blockKeys: this.#keys.slice(0, this.#keyCount),
      contentHash: keyOf(this.#high, this.#low),
    }
  }

  /** A token that no text makes: code units end below 65,536. */
  #special(value: number): void {
    const high = Math.imul(this.#high ^ (0x10000 + (value & 0x7fff)), 0x01000193)
    this.#endToken(high, Math.imul(this.#low + (value >>> 0), 0x2c1b3c6d))
  }

  #endToken(high: number, low: number): void {
    const mixed = Math.imul(high ^ (low >>> 15), 0x85ebca6b)
    this.#high = mixed
    this.#low = Math.imul(low ^ (mixed >>> 13), 0x297a2d39)
    this.#tokens += 1
    this.#inBlock += 1
    if (this.#inBlock === this.#blockSize) this.#endBlock()
  }

  #endBlock(): void {
    this.#inBlock = 0
    if (this.#keyCount === this.#keys.length) {
      const wider = new Float64Array(this.#keys.length * 2)
      wider.set(this.#keys)
      this.#keys = wider
    }
    const key = keyOf(this.#high, this.#low)
    this.#keys[this.#keyCount] = this.#salt === undefined ? key : mixKey(key, this.#salt)
    this.#keyCount += 1
  }
}

/** 52 bits out of 64. The larger argument of `mixKey` is its first, so that no bit of the state is folded onto another. */
function keyOf(high: number, low: number): number {
  return mixKey((high & 0xfffff) * 2 ** 32 + (low >>> 0), high >>> 20)
}

function isSpace(unit: number): boolean {
  if (unit <= 32) return unit === 32 || (unit >= 9 && unit <= 13)
  return unit >= 0xa0 && isWideSpace(unit)
}

/** What JavaScript's `\s` has beyond ASCII. */
function isWideSpace(unit: number): boolean {
  return (unit >= 0x2000 && unit <= 0x200a) || otherSpaces.has(unit)
}
const otherSpaces = new Set([0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff])
