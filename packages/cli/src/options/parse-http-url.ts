import { parseEndpointUrl } from '@reprise/replay-engine/endpoint-url'
import { UsageError } from '../terminal/exit-codes.ts'

/**
 * The address of an endpoint, as it was typed.
 *
 * @throws UsageError where it is none, or holds what may be secret. commander's own error would repeat that.
 */
export function parseHttpUrl(text: string): string {
  return checked('--url', text)
}

/** The address of a metrics page; one without a path is that of a server, whose page is at `/metrics`. @throws UsageError as `parseHttpUrl`. */
export function parseMetricsUrl(text: string): string {
  const { pathname, origin } = new URL(checked('--metrics-url', text))
  return pathname === '/' ? `${origin}/metrics` : text
}

function checked(flag: string, text: string): string {
  try {
    parseEndpointUrl(text)
    return text
  } catch (error) {
    throw new UsageError(`${flag} ${(error as Error).message}`)
  }
}
