/** 64 bits that stand for a piece of content, as two 32-bit numbers. */
export interface ContentKey {
  readonly a: number
  readonly b: number
}

/**
 * The key of some text. Equal texts have equal keys; that two texts share one is a matter of 1 in 2^64.
 *
 * Source: FNV-1a's multiply over UTF-16 units, two lanes, each closed by MurmurHash3's 32-bit finalizer.
 */
export function keyOfText(text: string): ContentKey {
  let a = 0x811c9dc5
  let b = 0x9e3779b9
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i)
    a = Math.imul(a ^ unit, 0x01000193)
    b = Math.imul(b ^ unit, 0x85ebca6b)
    b ^= b >>> 15
  }
  return { a: mixed(a ^ text.length), b: mixed(b + a) }
}

/** The key of block `id` inside the scope that `scope` stands for. */
export function keyOfBlock(scope: ContentKey, id: number): ContentKey {
  return { a: mixed(scope.a ^ Math.imul(id, 0x9e3779b1)), b: mixed(scope.b + Math.imul(id, 0x85ebca77)) | 1 }
}

/** 32 well-mixed bits, unsigned. Source: MurmurHash3's finalizer. */
export function mixed(bits: number): number {
  let h = bits
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
