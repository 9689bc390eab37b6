import type { Metrics } from '../../result/metric.ts'
import type { BothSides, ServerSide } from '../../result/server-side.ts'

/**
 * The server's figures with the client's beside them, by their means: these alone add up. The server counts what happened in the window,
 * whoever asked for it; the client the requests that it sent there.
 */
export function besideClient(server: ServerSide, metrics: Metrics): ServerSide {
  const ttft = bothSides('ttft', server, metrics)
  const e2e = bothSides('e2e', server, metrics)
  return ttft || e2e ? { ...server, besideClient: { ...(ttft && { ttft }), ...(e2e && { e2e }) } } : server
}

function bothSides(name: 'ttft' | 'e2e', { latency }: ServerSide, metrics: Metrics): BothSides | undefined {
  const client = metrics[name]
  const server = latency?.[name]
  if (client?.mean === undefined || !server) return undefined
  return {
    clientMs: client.mean,
    clientN: client.n,
    serverMs: server.meanMs,
    serverN: server.n,
    // Means over other requests have no difference that says anything.
    ...(Math.abs(client.n - server.n) <= likeCounts * client.n && { outsideMs: client.mean - server.meanMs }),
    ...(latency?.queue && { queueMs: latency.queue.meanMs }),
  }
}

/** By so much of the client's count the two may differ: requests at the edges of the window are one side's alone. */
const likeCounts = 0.05
