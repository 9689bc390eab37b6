import type { Socket } from 'node:net'
import { buildConnector, Client } from 'undici'
import type { Clock } from '../clock/clock.ts'

/** Uvicorn, in front of vLLM and SGLang, closes a connection that has been idle for 5 s. */
const KEEP_ALIVE_MS = 4_000

const CONNECT_TIMEOUT_MS = 10_000

/** One connection to the endpoint, used by one request at a time; it opens when it is first used. */
export interface Connection {
  readonly client: Client
  /** It has carried a whole reply since it was last opened. */
  proven: boolean
  /** When it was given back. */
  idleSinceMs: number
}

/**
 * As many connections as there are requests at once; the one given back last is taken first.
 *
 * undici's own pool looks through all of its clients for a free one, and does not say whether the one it took had been used before.
 */
export class Connections {
  readonly #origin: string
  readonly #clock: Clock
  readonly #idle: Connection[] = []
  readonly #all = new Set<Connection>()

  constructor(origin: string, clock: Clock) {
    this.#origin = origin
    this.#clock = clock
  }

  take(): Connection {
    const last = this.#idle.pop()
    if (!last) return this.fresh()
    if (this.#clock.now() - last.idleSinceMs < KEEP_ALIVE_MS) return last
    // The server may be about to close it. Those below it have been idle for longer still.
    for (const connection of [last, ...this.#idle.splice(0)]) this.drop(connection)
    return this.fresh()
  }

  /** One that has not been opened yet. */
  fresh(): Connection {
    const open = connector(this.#origin)
    const client = new Client(this.#origin, {
      connect: (options, callback) => {
        connection.proven = false
        open(options, callback)
      },
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      // A prefill may keep a server silent for minutes; whoever sends has the one time limit.
      headersTimeout: 0,
      bodyTimeout: 0,
    })
    const connection: Connection = { client, proven: false, idleSinceMs: 0 }
    this.#all.add(connection)
    return connection
  }

  giveBack(connection: Connection): void {
    if (!this.#all.has(connection)) return
    connection.idleSinceMs = this.#clock.now()
    this.#idle.push(connection)
  }

  drop(connection: Connection): void {
    this.#all.delete(connection)
    void connection.client.destroy()
  }

  /** Closes every connection, those in use too. */
  async close(): Promise<void> {
    const all = [...this.#all]
    this.#all.clear()
    this.#idle.length = 0
    await Promise.all(all.map(({ client }) => client.destroy()))
  }
}

/** Every socket reads into this, and what came is copied out at once; else the runtime would allocate as much for each chunk of a reply. */
const READ_BUFFER = Buffer.allocUnsafeSlow(64 * 1024)

function connector(origin: string): buildConnector.connector {
  const options = { timeout: CONNECT_TIMEOUT_MS, allowH2: false }
  if (!origin.startsWith('http:')) return buildConnector(options)
  let socket: Socket | undefined
  const open = buildConnector({
    ...options,
    onread: {
      buffer: READ_BUFFER,
      callback: (length, buffer) => socket?.push(Buffer.from(buffer.subarray(0, length))) ?? true,
    },
  } as buildConnector.BuildOptions)
  return (target, callback) =>
    open(target, (...result) => {
      socket = result[1] ?? undefined
      callback(...result)
    })
}
