const mask = 0xffffffffffffffffn
const prime32 = [0x9e3779b1n, 0x85ebca77n, 0xc2b2ae3dn] as const
const prime64 = [
  0x9e3779b185ebca87n,
  0xc2b2ae3d27d4eb4fn,
  0x165667b19e3779f9n,
  0x85ebca77c2b2ae63n,
  0x27d4eb2f165667c5n,
] as const
const secretHex =
  'b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c' +
  '3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364' +
  'eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e'
const secret = viewOf(Uint8Array.from(secretHex.match(/../g)!, (byte) => Number.parseInt(byte, 16)))
const stripe = 64
const stripesOfABlock = (192 - stripe) / 8

/** XXH3, 64 bits, of at least four bytes. Source: the specification of xxHash. */
export function xxh3(bytes: Uint8Array, seed: bigint): bigint {
  const data = viewOf(bytes)
  const { length } = bytes
  if (length < 4) throw new RangeError('xxh3 is written for four bytes or more')
  if (length <= 8) return of4To8(data, length, seed)
  if (length <= 16) return of9To16(data, length, seed)
  if (length <= 128) return of17To128(data, length, seed)
  if (length <= 240) return of129To240(data, length, seed)
  return ofMore(data, length, seed)
}

function of4To8(data: DataView, length: number, seed: bigint): bigint {
  const mixedSeed = seed ^ (swapped32(seed & 0xffffffffn) << 32n)
  const flip = (read(secret, 8) ^ read(secret, 16)) - mixedSeed
  const value = BigInt(data.getUint32(length - 4, true)) + (BigInt(data.getUint32(0, true)) << 32n)
  let h = (value ^ flip) & mask
  h ^= rotated(h, 49n) ^ rotated(h, 24n)
  h = (h * 0x9fb21c651e98df25n) & mask
  h ^= (h >> 35n) + BigInt(length)
  h = (h * 0x9fb21c651e98df25n) & mask
  return h ^ (h >> 28n)
}

function of9To16(data: DataView, length: number, seed: bigint): bigint {
  const low = read(data, 0) ^ (((read(secret, 24) ^ read(secret, 32)) + seed) & mask)
  const high = read(data, length - 8) ^ (((read(secret, 40) ^ read(secret, 48)) - seed) & mask)
  return avalanche(BigInt(length) + swapped64(low) + high + folded(low, high))
}

function of17To128(data: DataView, length: number, seed: bigint): bigint {
  let sum = BigInt(length) * prime64[0]
  for (let i = Math.ceil(length / 32) - 1; i >= 0; i -= 1) {
    sum += mix16(data, 16 * i, 32 * i, seed) + mix16(data, length - 16 * (i + 1), 32 * i + 16, seed)
  }
  return avalanche(sum)
}

function of129To240(data: DataView, length: number, seed: bigint): bigint {
  let sum = BigInt(length) * prime64[0]
  for (let i = 0; i < 8; i += 1) sum += mix16(data, 16 * i, 16 * i, seed)
  sum = avalanche(sum)
  for (let i = 8; i < length >> 4; i += 1) sum += mix16(data, 16 * i, 16 * (i - 8) + 3, seed)
  return avalanche(sum + mix16(data, length - 16, 136 - 17, seed))
}

function ofMore(data: DataView, length: number, seed: bigint): bigint {
  const keys = seeded(seed)
  const sums: bigint[] = [
    prime32[2],
    prime64[0],
    prime64[1],
    prime64[2],
    prime64[3],
    prime32[1],
    prime64[4],
    prime32[0],
  ]
  const stripes = Math.floor((length - 1) / stripe)
  for (let i = 0; i < stripes; i += 1) {
    accumulate(sums, data, { at: i * stripe, keys, keyAt: 8 * (i % stripesOfABlock) })
    if ((i + 1) % stripesOfABlock === 0) scramble(sums, keys)
  }
  accumulate(sums, data, { at: length - stripe, keys, keyAt: 192 - stripe - 7 })
  let result = BigInt(length) * prime64[0]
  for (let i = 0; i < 4; i += 1) {
    result += folded(sums[2 * i]! ^ read(keys, 11 + 16 * i), sums[2 * i + 1]! ^ read(keys, 19 + 16 * i))
  }
  return avalanche(result)
}

function accumulate(
  sums: bigint[],
  data: DataView,
  { at, keys, keyAt }: { readonly at: number; readonly keys: DataView; readonly keyAt: number },
): void {
  for (let i = 0; i < 8; i += 1) {
    const value = read(data, at + 8 * i)
    const key = value ^ read(keys, keyAt + 8 * i)
    sums[i ^ 1] = (sums[i ^ 1]! + value) & mask
    sums[i] = (sums[i]! + (key & 0xffffffffn) * (key >> 32n)) & mask
  }
}

function scramble(sums: bigint[], keys: DataView): void {
  for (let i = 0; i < 8; i += 1) {
    const sum = sums[i]!
    sums[i] = ((sum ^ (sum >> 47n) ^ read(keys, 128 + 8 * i)) * prime32[0]) & mask
  }
}

const seededSecrets = new Map<bigint, DataView>()

function seeded(seed: bigint): DataView {
  const known = seededSecrets.get(seed)
  if (known) return known
  const keys = viewOf(new Uint8Array(192))
  for (let i = 0; i < 192; i += 16) {
    keys.setBigUint64(i, read(secret, i) + seed, true)
    keys.setBigUint64(i + 8, read(secret, i + 8) - seed, true)
  }
  seededSecrets.set(seed, keys)
  return keys
}

function mix16(data: DataView, at: number, keyAt: number, seed: bigint): bigint {
  const low = read(data, at) ^ ((read(secret, keyAt) + seed) & mask)
  const high = read(data, at + 8) ^ ((read(secret, keyAt + 8) - seed) & mask)
  return folded(low, high)
}

/** The two halves of the 128-bit product, laid on one another. */
function folded(a: bigint, b: bigint): bigint {
  const product = a * b
  return (product & mask) ^ (product >> 64n)
}

function avalanche(value: bigint): bigint {
  let h = value & mask
  h ^= h >> 37n
  h = (h * 0x165667919e3779f9n) & mask
  return h ^ (h >> 32n)
}

function rotated(value: bigint, bits: bigint): bigint {
  return ((value << bits) | (value >> (64n - bits))) & mask
}

function swapped32(value: bigint): bigint {
  return swapped64(value) >> 32n
}

function swapped64(value: bigint): bigint {
  const view = new DataView(new ArrayBuffer(8))
  view.setBigUint64(0, value, true)
  return view.getBigUint64(0)
}

function read(view: DataView, at: number): bigint {
  return view.getBigUint64(at, true)
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
