import type { RequestTiming } from '../core/engine-request.ts'
import { fasterTiming } from './faster-clock.ts'
import type { ReplySink } from './reply-sink.ts'

/** Who hears of the requests in an engine. One that throws is heard no more, and costs no other its tokens. */
export class ReplySinks {
  readonly #sinks = new Map<string, ReplySink>()
  readonly #touched = new Map<string, ReplySink>()
  readonly #speedup: number

  /** The engine's time runs so many times as fast as that of the sinks. */
  constructor(speedup: number) {
    this.#speedup = speedup
  }

  get size(): number {
    return this.#sinks.size
  }

  add(id: string, sink: ReplySink): void {
    this.#sinks.set(id, sink)
  }

  get(id: string): ReplySink | undefined {
    return this.#sinks.get(id)
  }

  /** False where there is none. */
  delete(id: string): boolean {
    return this.#sinks.delete(id)
  }

  clear(): void {
    this.#sinks.clear()
  }

  tokens(id: string, { count, atMs, cachedTokens }: { count: number; atMs: number; cachedTokens: number }): void {
    const sink = this.#sinks.get(id)
    if (!sink) return
    if (sink.flush) this.#touched.set(id, sink)
    try {
      sink.tokens(count, atMs / this.#speedup, cachedTokens)
    } catch (error) {
      this.fail(id, sink, error)
    }
  }

  finished(id: string, cachedTokens: number, timing: RequestTiming): void {
    const sink = this.#sinks.get(id)
    if (!sink) return
    this.#sinks.delete(id)
    if (sink.flush) this.#touched.set(id, sink)
    try {
      sink.finished(cachedTokens, fasterTiming(timing, this.#speedup))
    } catch (error) {
      this.fail(id, sink, error)
    }
  }

  /** What was told since the last time goes out. */
  flush(): void {
    for (const [id, sink] of this.#touched) {
      this.#touched.delete(id)
      try {
        sink.flush?.()
      } catch (error) {
        this.fail(id, sink, error)
      }
    }
  }

  fail(id: string, sink: ReplySink, error: unknown): void {
    this.#touched.delete(id)
    if (this.#sinks.has(id)) this.#sinks.set(id, deaf)
    sink.failed(error)
  }
}

/** In the place of one that failed, until its request is aborted or has ended. */
const deaf: ReplySink = { tokens() {}, finished() {}, failed() {} }
