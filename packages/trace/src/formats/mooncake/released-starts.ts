import { printable } from '@reprise/safe-text'
import { TraceError } from '../../problem.ts'
import type { RecordedRequest } from '../../recording/build-traces.ts'

/**
 * The requests with the start of each that has none: when what it waits for releases it. Where the time of a reply is not known, it came at once.
 *
 * @throws TraceError where requests wait for one another in a circle.
 */
export function releasedStarts(requests: readonly RecordedRequest[]): RecordedRequest[] {
  const byId = new Map(requests.map((request) => [request.id, request]))
  const starts = new Map<string, number>()
  const waiting = new Map(requests.map((request) => [request.id, request.needs.length]))
  const followers = new Map<string, RecordedRequest[]>()
  for (const request of requests) {
    for (const { on } of request.needs) {
      const known = followers.get(on)
      if (known) known.push(request)
      else followers.set(on, [request])
    }
  }
  const ready = requests.filter(({ needs }) => needs.length === 0)
  for (const request of ready) {
    starts.set(request.id, Number.isNaN(request.startMs) ? releaseOf(request) : request.startMs)
    for (const follower of followers.get(request.id) ?? []) {
      const left = waiting.get(follower.id)! - 1
      waiting.set(follower.id, left)
      if (left === 0) ready.push(follower)
    }
  }
  const stuck = requests.find(({ id }) => !starts.has(id))
  if (stuck)
    throw new TraceError(
      `rows wait for one another in a circle, among them ${printable(stuck.id)}; correct what they wait for`,
    )
  return requests.map((request) => ({ ...request, startMs: starts.get(request.id)! }))

  function releaseOf({ needs }: RecordedRequest): number {
    return needs.reduce((latest, { on, trigger, delayMs }) => {
      const serverMs = trigger === 'completion' ? (byId.get(on)!.apiMs ?? 0) : 0
      return Math.max(latest, starts.get(on)! + serverMs + delayMs)
    }, 0)
  }
}
