import { xxh3 } from './xxh3.ts'

/** Dynamo's own. */
const seed = 1337n

/** The hash of a block by itself: of its tokens as 32-bit little-endian. A last block that is not full is hashed as it is. */
export function localHash(tokens: Uint32Array): bigint {
  const bytes = new DataView(new ArrayBuffer(4 * tokens.length))
  for (const [i, token] of tokens.entries()) bytes.setUint32(4 * i, token, true)
  return xxh3(new Uint8Array(bytes.buffer), seed)
}

/** The hash of a block behind others: of theirs and its own. The first block's is its own. */
export function chainedHash(before: bigint, local: bigint): bigint {
  const bytes = new DataView(new ArrayBuffer(16))
  bytes.setBigUint64(0, before, true)
  bytes.setBigUint64(8, local, true)
  return xxh3(new Uint8Array(bytes.buffer), seed)
}

/** The hashes of a prompt, one for every block, the last one too where it is not full. Source: Dynamo's `request_trace` replay hashes. */
export function sequenceHashes(tokens: Uint32Array, blockSize: number): bigint[] {
  const hashes: bigint[] = []
  for (let at = 0; at < tokens.length; at += blockSize) {
    const local = localHash(tokens.subarray(at, at + blockSize))
    hashes.push(hashes.length === 0 ? local : chainedHash(hashes.at(-1)!, local))
  }
  return hashes
}
