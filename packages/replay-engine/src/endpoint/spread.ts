import type { PlannedRequest } from '../port/target.ts'

/**
 * How requests are spread over several endpoints: `round-robin` in the order in which they are sent, `session` all of a session to the same
 * one, which holds its prefixes.
 */
export const SPREADS = ['round-robin', 'session'] as const
export type Spread = (typeof SPREADS)[number]

/**
 * Which of `count` endpoints a request goes to, from 0. Sessions go round in the order in which they first send, so that each endpoint gets
 * as many.
 */
export function endpointChooser(spread: Spread, count: number): (request: Pick<PlannedRequest, 'id'>) => number {
  let next = 0
  const turn = () => next++ % count
  if (spread === 'round-robin' || count === 1) return turn
  const bySession = new Map<string, number>()
  return ({ id }) => {
    const session = id.slice(0, id.lastIndexOf('.'))
    const chosen = bySession.get(session) ?? turn()
    bySession.set(session, chosen)
    return chosen
  }
}
