import type { Link } from '../offload/kv-offload-config.ts'

/** One direction of a link on which transfers follow one another, as copies on a stream of a device do. */
export class OrderedLink {
  readonly #bytesPerMs: number
  readonly #latencyMs: number
  #freeMs = 0

  constructor({ gbPerS, latencyMs = 0 }: Link) {
    this.#bytesPerMs = gbPerS * 1e6
    this.#latencyMs = latencyMs
  }

  /** When a transfer that is asked for now will have come. */
  start(nowMs: number, bytes: number): number {
    this.#freeMs = Math.max(nowMs, this.#freeMs) + this.#latencyMs + bytes / this.#bytesPerMs
    return this.#freeMs
  }
}
