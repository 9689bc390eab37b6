import { chainedHash, localHash } from '@reprise/trace'

/** Where a run of tokens stands: the hash of the blocks before, and the tokens of the block that is open. */
export interface RunEnd {
  readonly before: bigint | undefined
  readonly open: Uint32Array
}

export const runStart: RunEnd = { before: undefined, open: new Uint32Array(0) }

/** The hashes of the blocks that the tokens fill behind what stands before them, and where that ends. Source: Dynamo's `request_trace` replay hashes. */
export function runOn(from: RunEnd, tokens: Uint32Array, blockSize: number): { hashes: BigUint64Array; end: RunEnd } {
  const all = new Uint32Array(from.open.length + tokens.length)
  all.set(from.open)
  all.set(tokens, from.open.length)
  const hashes = new BigUint64Array(Math.floor(all.length / blockSize))
  let before = from.before
  for (let block = 0; block < hashes.length; block += 1) {
    before = chained(before, localHash(all.subarray(block * blockSize, (block + 1) * blockSize)))
    hashes[block] = before
  }
  return { hashes, end: { before, open: all.slice(hashes.length * blockSize) } }
}

/** The hash of the block that is open; undefined where none is. */
export function partialHash({ before, open }: RunEnd): bigint | undefined {
  return open.length === 0 ? undefined : chained(before, localHash(open))
}

function chained(before: bigint | undefined, local: bigint): bigint {
  return before === undefined ? local : chainedHash(before, local)
}
