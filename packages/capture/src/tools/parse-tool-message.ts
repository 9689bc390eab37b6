import { Decoder } from '@msgpack/msgpack'
import { parseToolEvents, type ToolEvents } from './parse-tool-events.ts'

const decoder = new Decoder({
  ...{ maxStrLength: 100_000, maxBinLength: 100_000, maxExtLength: 1_000 },
  ...{ maxArrayLength: 10_000, maxMapLength: 10_000 },
})

/**
 * The call of a tool in a message of Dynamo's ZeroMQ ingress: a topic, a number of the sender's, and a map as MessagePack. Other messages, and
 * those of another topic, are rejected whole.
 *
 * Source: Dynamo's "Request Trace", tool events; `request_trace` of its frontend.
 */
export function parseToolMessage(frames: readonly Buffer[], topic: string): ToolEvents {
  const [named, , packed] = frames
  if (frames.length !== 3 || named!.toString('utf8') !== topic) return rejected
  try {
    return parseToolEvents(decoder.decode(packed!))
  } catch {
    // Whatever is wrong with it, it is no map.
    return rejected
  }
}

const rejected: ToolEvents = { events: [], rejected: 1 }
