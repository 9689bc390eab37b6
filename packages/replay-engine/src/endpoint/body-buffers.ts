/** Smaller ones cost next to nothing. */
const SMALLEST_BYTES = 64 * 1024

const SPACE = 32

const DEFAULT_IDLE_BYTES = 64 * 1024 * 1024

/**
 * Buffers for request bodies, used again and again.
 *
 * Left to the garbage collector, prompts of a MB make it stop the process every few seconds to find out which of them are still in use,
 * for 10 to 40 ms, in which every request that falls due is late.
 */
export class BodyBuffers {
  readonly #maxIdleBytes: number
  /** Idle buffers by size, the size used longest ago first. */
  readonly #idle = new Map<number, ArrayBuffer[]>()
  #idleBytes = 0

  /** `maxIdleBytes`: of buffers that nobody uses, at most so many are kept. */
  constructor({ maxIdleBytes = DEFAULT_IDLE_BYTES }: { readonly maxIdleBytes?: number } = {}) {
    this.#maxIdleBytes = maxIdleBytes
  }

  /** Bytes of buffers that are kept and in use by nobody. */
  get idleBytes(): number {
    return this.#idleBytes
  }

  /** A copy of `bytes`, which is the caller's until it is given back. One that is never given back is garbage like any other. */
  copyOf(bytes: Uint8Array): Buffer {
    if (bytes.length < SMALLEST_BYTES) return Buffer.from(bytes)
    const size = sizeFor(bytes.length)
    const body = Buffer.from(this.#takeIdle(size) ?? new ArrayBuffer(size), 0, bytes.length)
    body.set(bytes)
    return body
  }

  /** Has a buffer ready for a body of so many bytes, its memory touched: the first use of fresh memory takes as long as writing it again. */
  prepare(bytes: number): void {
    this.giveBack(this.copyOf(new Uint8Array(bytes).fill(SPACE)))
  }

  /** Takes a buffer back, that `copyOf` made and that will not be read any more. */
  giveBack({ buffer, length }: Buffer): void {
    if (length < SMALLEST_BYTES) return
    const size = buffer.byteLength
    const free = this.#idle.get(size) ?? []
    free.push(buffer as ArrayBuffer)
    this.#idle.delete(size)
    this.#idle.set(size, free)
    this.#idleBytes += size
    this.#dropStale()
  }

  /** The smallest idle buffer that holds so much, unless it is more than twice as large. */
  #takeIdle(size: number): ArrayBuffer | undefined {
    let smallest = 2 * size + 1
    for (const [each, free] of this.#idle) if (each >= size && each < smallest && free.length > 0) smallest = each
    const found = this.#idle.get(smallest)?.pop()
    if (found) this.#idleBytes -= smallest
    return found
  }

  #dropStale(): void {
    for (const [size, free] of this.#idle) {
      while (this.#idleBytes > this.#maxIdleBytes && free.pop()) this.#idleBytes -= size
      if (this.#idleBytes <= this.#maxIdleBytes) return
      this.#idle.delete(size)
    }
  }
}

/** One of four sizes between a power of two and the next, so that few sizes serve all bodies and at most a fifth of a buffer is idle. */
function sizeFor(length: number): number {
  const step = 2 ** Math.max(0, 29 - Math.clz32(length))
  return Math.ceil(length / step) * step
}
