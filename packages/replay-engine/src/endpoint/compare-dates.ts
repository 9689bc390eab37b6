import { setTimeout as sleep } from 'node:timers/promises'
import { type EndpointAccess, EndpointClient } from './endpoint-client.ts'

/** How far this machine's date is ahead of the one in a server's answers, and how exactly that is known. */
export interface DateComparison {
  readonly aheadMs: number
  readonly uncertainMs: number
}

/** Dates in answers go by whole seconds: one of them changes within this time. */
const LONGEST_MS = 1_500
const PAUSE_MS = 10
/** As exact as a pause and a short way allow. */
const EXACT_ENOUGH_MS = 15

/**
 * Asks again and again until the second in the `Date` of the answers changes; undefined where they have none. The server may tell its second
 * late, as uvicorn does by up to one: whoever asks the same server finds the same lateness.
 *
 * Source of the header: RFC 9110, 6.6.1.
 */
export async function compareDates(
  access: EndpointAccess,
  now: () => number = Date.now,
): Promise<DateComparison | undefined> {
  const client = new EndpointClient({ ...access, timeoutMs: 5_000 })
  const endMs = now() + LONGEST_MS
  let bounds: AheadBounds | undefined
  try {
    do {
      const askedMs = now()
      const { headers } = await client.ask('GET', '/health')
      const dateMs = Date.parse(headers.get('date') ?? '')
      if (Number.isNaN(dateMs)) return undefined
      bounds = narrowed(bounds, { askedMs, answeredMs: now(), dateMs })
      await sleep(PAUSE_MS)
    } while (now() < endMs && bounds.mostMs - bounds.leastMs > EXACT_ENOUGH_MS)
  } finally {
    client.close()
  }
  const { leastMs, mostMs } = bounds
  // Servers behind one address that tell different seconds leave bounds the wrong way round: it is known no better than by so much.
  return { aheadMs: (leastMs + mostMs) / 2, uncertainMs: Math.abs(mostMs - leastMs) / 2 }
}

interface AheadBounds {
  readonly leastMs: number
  readonly mostMs: number
}

/** The answer was given between two instants here, and within the second of its date there. */
export function narrowed(
  before: AheadBounds | undefined,
  { askedMs, answeredMs, dateMs }: { readonly askedMs: number; readonly answeredMs: number; readonly dateMs: number },
): AheadBounds {
  const { leastMs = Number.NEGATIVE_INFINITY, mostMs = Number.POSITIVE_INFINITY } = before ?? {}
  return {
    leastMs: Math.max(leastMs, askedMs - dateMs - 1_000),
    mostMs: Math.min(mostMs, answeredMs - dateMs),
  }
}
