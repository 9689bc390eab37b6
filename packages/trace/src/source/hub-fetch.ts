import { setTimeout as delay } from 'node:timers/promises'
import { type HubSettings, publicHub } from './hub-settings.ts'

const tries = 4
const passing = new Set([408, 429, 500, 502, 503, 504])
const longestMs = 30_000

/**
 * `fetch`, for the Hub: what fails for a while is tried again, and the token goes to the Hub's own host alone, wherever an answer leads.
 */
export function hubFetch({ endpoint = publicHub, signal, retryMs = 500 }: HubSettings): typeof fetch {
  const origin = new URL(endpoint).origin
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const headers = new Headers(init?.headers)
    if (url.origin !== origin) headers.delete('authorization')
    for (let left = tries - 1; ; left -= 1) {
      const waitMs = retryMs * 2 ** (tries - 1 - left)
      try {
        const response = await fetch(url, { ...init, headers, ...(signal && { signal }) })
        if (left === 0 || !passing.has(response.status)) return response
        await response.body?.cancel()
        await delay(Math.min(longestMs, retryAfterMs(response) ?? waitMs), undefined, signal ? { signal } : {})
      } catch (error) {
        if (left === 0 || signal?.aborted) throw error
        await delay(waitMs, undefined, signal ? { signal } : {})
      }
    }
  }
}

function retryAfterMs(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return seconds >= 0 ? 1000 * seconds : undefined
}
