import type { EngineRequest } from '../engine-request.ts'
import { mixKey } from '../mix-key.ts'

/** Parent of the keys of blocks that only one request can have. */
const uniqueRoot = mixKey(0x5eed, 0x0b10c)

/** Content keys of the blocks of one sequence. Those that hold output are this sequence's alone. */
export class BlockKeys {
  readonly #prompt: Float64Array
  readonly #ownKey: number

  /** `serial` makes the keys of its own blocks unique: a number that no other sequence of the scheduler has. */
  constructor({ blockKeys }: EngineRequest, serial: number) {
    this.#prompt = blockKeys
    this.#ownKey = mixKey(uniqueRoot, serial)
  }

  of(block: number): number {
    return block < this.#prompt.length ? this.#prompt[block]! : mixKey(this.#ownKey, block + 1)
  }

  /** How many blocks from `from` on, and before `end`, others have too. Where one has, all before it have: a key stands for all of its prefix. */
  sharedWith(other: BlockKeys, from: number, end: number): number {
    if (from < end && this.of(end - 1) === other.of(end - 1)) return end - from
    let at = from
    while (at < end && this.of(at) === other.of(at)) at += 1
    return at - from
  }
}
