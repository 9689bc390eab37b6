import { Client } from 'undici'

export interface BareLoop {
  readonly requests: number
  /** Reads that brought data. */
  readonly reads: number
  readonly cpuMs: number
  readonly elapsedMs: number
}

/**
 * What the HTTP library alone can do: as many lanes as told, each posting the next request when its reply has ended. Replies are read and
 * thrown away. `startsMs` spreads the first requests; the first `warmupMs` do not count. Replies that are long in coming are not waited for.
 */
export async function bareLoop(options: {
  readonly url: string
  readonly lanes: number
  readonly body: () => Buffer
  readonly startsMs: number
  readonly warmupMs: number
  readonly durationMs: number
}): Promise<BareLoop> {
  const { url, lanes, body, startsMs, warmupMs, durationMs } = options
  const count = { requests: 0, reads: 0 }
  const until = performance.now() + warmupMs + durationMs
  const lane = async (client: Client, delayMs: number) => {
    await sleep(delayMs)
    while (performance.now() < until) await post(client, body(), count)
    await client.destroy()
  }
  const running = Array.from({ length: lanes }, (_, i) => lane(new Client(url), (i * startsMs) / lanes))
  await sleep(warmupMs)
  const before = { ...count, cpu: process.cpuUsage(), atMs: performance.now() }
  await sleep(durationMs)
  const { user, system } = process.cpuUsage(before.cpu)
  const measured = {
    requests: count.requests - before.requests,
    reads: count.reads - before.reads,
    cpuMs: (user + system) / 1e3,
    elapsedMs: performance.now() - before.atMs,
  }
  await Promise.race([Promise.all(running), sleep(1_000)])
  return measured
}

const headers = { 'content-type': 'application/json', accept: 'text/event-stream' }

function post(client: Client, body: Buffer, count: { requests: number; reads: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    client.dispatch(
      { method: 'POST', path: '/v1/chat/completions', headers, body },
      {
        onRequestStart() {},
        onResponseStart() {},
        onResponseData() {
          count.reads += 1
        },
        onResponseEnd() {
          count.requests += 1
          resolve()
        },
        onResponseError: (_, error) => reject(error),
      },
    )
  })
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
