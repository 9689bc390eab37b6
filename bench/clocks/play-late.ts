import { type Clock, sleepUntil, type Target } from '@reprise/replay-engine'

/** How late a client and its way to a server were with one request. */
export interface Lateness {
  /** From when it was due to when the server took it for come. */
  readonly beforeMs: number
  /** From the last token of its reply to when the client knew that it had ended. */
  readonly behindMs: number
}

/** A target on a virtual clock whose client is as late with every request as it says; with one that it does not know, punctual. */
export function asLate(target: Target, clock: Clock, lateness: (id: string) => Lateness | undefined): Target {
  const wait = (ms: number) => sleepUntil(clock, clock.now() + Math.max(0, ms))
  return {
    send: async (request, ...rest) => {
      const late = lateness(request.id)
      if (!late) return target.send(request, ...rest)
      await wait(late.beforeMs)
      const outcome = await target.send(request, ...rest)
      await wait(late.behindMs)
      return outcome
    },
  }
}
