import type { ServerResponse } from 'node:http'
import { knowsChunks, openEventStream } from './exchange.ts'

/** Server-sent events on their way to a client: those that are due together go out in one write. */
export class EventStream {
  readonly #response: ServerResponse
  #pending = ''
  #over = false

  /** Opens the stream, unless it is to be `late`: then its head goes out with the first event. */
  constructor(response: ServerResponse, opens: 'now' | 'late' = 'now') {
    this.#response = response
    if (opens === 'now') openEventStream(response)
  }

  /** An event with these data, and a name where it has one. */
  put(data: string, name?: string): void {
    this.#pending += `${name === undefined ? '' : `event: ${name}\n`}data: ${data}\n\n`
  }

  /** What has been put is the last of it. */
  end(): void {
    this.#over = true
  }

  get pending(): boolean {
    return this.#pending.length > 0
  }

  flush(): void {
    const { headersSent } = this.#response
    if (this.#pending.length > 0 && !headersSent) openEventStream(this.#response)
    if (this.#over) this.#response.end(this.#pending)
    else if (this.#pending.length > 0) this.#write(this.#pending)
    this.#pending = ''
    // Node holds writes back until the current work is done; with many streams in a step, the first would wait for the last.
    this.#response.socket?.uncork()
  }

  /**
   * In one piece on the connection itself: through the response it would be four, which takes three times as long, and the last of many
   * streams waits for all before it. Source: the chunked transfer coding, RFC 9112, 7.1.
   */
  #write(events: string): void {
    const { socket } = this.#response
    // A response that waits behind another on its connection has none yet.
    if (socket && knowsChunks(this.#response))
      socket.write(`${Buffer.byteLength(events).toString(16)}\r\n${events}\r\n`)
    else this.#response.write(events)
  }
}
