import type { Target } from '@reprise/replay-engine'
import { type Clock, sleepUntil } from '@reprise/replay-engine/clock'
import { dice } from '../client/drawn-requests.ts'
import type { PlayedLive } from './play-live.ts'

/** How late a client and its way to a server were with one request. */
export interface Lateness {
  /** From when it was due to when the server took it for come. */
  readonly beforeMs: number
  /** From the last token of its reply to the end of that, as the client saw it. */
  readonly behindMs: number
}

/** As measured, by the names of requests. */
export function latenessOf({ served, replies, toClientMs }: PlayedLive): ReadonlyMap<string, Lateness> {
  return new Map(
    served.map(({ id, queuedMs, lastTokenMs }) => {
      const { dueMs, doneMs } = replies.get(id)!
      return [id, { beforeMs: queuedMs + toClientMs - dueMs, behindMs: doneMs - toClientMs - lastTokenMs }]
    }),
  )
}

/** The same, each had by another request: a client as late as that one on the whole. */
export function redrawn(lateness: ReadonlyMap<string, Lateness>, seed: number): ReadonlyMap<string, Lateness> {
  const random = dice(seed)
  const values = [...lateness.values()]
  for (let left = values.length - 1; left > 0; left -= 1) {
    const other = Math.floor(random() * (left + 1))
    ;[values[left], values[other]] = [values[other]!, values[left]!]
  }
  return new Map([...lateness.keys()].map((id, at) => [id, values[at]!]))
}

/** A target on a virtual clock whose client is as late with every request as it says; with one that it does not know, punctual. */
export function asLate(target: Target, clock: Clock, lateness: ReadonlyMap<string, Lateness>): Target {
  const wait = (ms: number) => sleepUntil(clock, clock.now() + Math.max(0, ms))
  return {
    send: async (request, ...rest) => {
      const late = lateness.get(request.id)
      if (!late) return target.send(request, ...rest)
      await wait(late.beforeMs)
      const outcome = await target.send(request, ...rest)
      await wait(late.behindMs)
      return outcome
    },
  }
}
