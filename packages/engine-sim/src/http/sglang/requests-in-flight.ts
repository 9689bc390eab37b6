import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { ApiError } from '../api-error.ts'
import type { RunningGeneration } from '../serve-generation.ts'

/** The requests that `/abort_request` can stop, by the names that clients gave them or the server did. */
export class RequestsInFlight {
  readonly #stops = new Map<string, () => void>()

  /** The client's own name for its request, or a new one. @throws ApiError 400 where that name is in use. */
  idOf(rid: unknown): string {
    if (typeof rid !== 'string' || rid === '') return randomUUID().replaceAll('-', '')
    if (this.#stops.has(rid)) throw new ApiError(`Duplicate request ID detected: ${rid}`)
    return rid
  }

  /** Until its reply has gone out, or its client away. */
  add(id: string, { stop }: RunningGeneration, response: ServerResponse): void {
    this.#stops.set(id, stop)
    response.on('close', () => this.#stops.delete(id))
  }

  stop(id: string): void {
    this.#stops.get(id)?.()
  }

  stopAll(): void {
    for (const stop of [...this.#stops.values()]) stop()
  }
}
