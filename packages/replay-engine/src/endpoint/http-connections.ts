import type { Cancel, Clock } from '../clock/clock.ts'
import { HeadMemory } from './head-memory.ts'
import { HttpConnection } from './http-connection.ts'
import { type HttpOrigin, parseHttpOrigin } from './http-origin.ts'
import type { Passage } from './passage.ts'
import { ReadQueue } from './read-queue.ts'

/** Uvicorn, in front of vLLM and SGLang, closes a connection that has been idle for 5 s. */
const KEEP_ALIVE_MS = 4_000

/** As many connections as there are requests at once; the one given back last is taken first. */
export class Connections {
  readonly #origin: HttpOrigin
  readonly #clock: Clock
  readonly #heads = new HeadMemory()
  readonly #reads = new ReadQueue()
  /** In the order in which they were given back. */
  #idle: HttpConnection[] = []
  readonly #all = new Set<HttpConnection>()
  #cancelSweep: Cancel | undefined
  #isClosed = false

  constructor(origin: string, clock: Clock, passage: Passage = {}) {
    this.#origin = parseHttpOrigin(origin, passage)
    this.#clock = clock
  }

  /** For good. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  take(): HttpConnection {
    // What an idle connection has read is no reply to the next request: it has to be seen before that is sent.
    this.#reads.flush()
    const nowMs = this.#clock.now()
    for (let last = this.#idle.pop(); last; last = this.#idle.pop()) {
      if (isFresh(last, nowMs)) return last
      // The server has closed it, or may be about to.
      this.drop(last)
    }
    return this.fresh()
  }

  /** One that has not been opened yet, and never will be once this has been closed. */
  fresh(): HttpConnection {
    const connection = new HttpConnection({
      origin: this.#origin,
      clock: this.#clock,
      heads: this.#heads,
      reads: this.#reads,
    })
    if (this.#isClosed) connection.close()
    else this.#all.add(connection)
    return connection
  }

  giveBack(connection: HttpConnection): void {
    if (!this.#all.has(connection)) return
    connection.idleSinceMs = this.#clock.now()
    this.#idle.push(connection)
    this.#cancelSweep ??= this.#clock.at(connection.idleSinceMs + KEEP_ALIVE_MS, () => this.#sweep())
  }

  drop(connection: HttpConnection): void {
    this.#all.delete(connection)
    connection.close()
  }

  /** Closes every connection. Requests in flight fail, and so do later ones. */
  close(): void {
    this.#isClosed = true
    this.#cancelSweep?.()
    this.#cancelSweep = undefined
    const all = [...this.#all]
    this.#all.clear()
    this.#idle.length = 0
    for (const connection of all) connection.close(new Error('the client was closed'))
  }

  /** Closes what has been idle for too long, so that no server has to. */
  #sweep(): void {
    this.#cancelSweep = undefined
    const nowMs = this.#clock.now()
    const idle = this.#idle
    this.#idle = idle.filter((connection) => isFresh(connection, nowMs))
    for (const connection of idle) if (!isFresh(connection, nowMs)) this.drop(connection)
    const first = this.#idle[0]
    if (first) this.#cancelSweep = this.#clock.at(first.idleSinceMs + KEEP_ALIVE_MS, () => this.#sweep())
  }
}

function isFresh({ isClosed, idleSinceMs, keepAliveMs }: HttpConnection, nowMs: number): boolean {
  return !isClosed && nowMs - idleSinceMs < Math.min(KEEP_ALIVE_MS, keepAliveMs)
}
