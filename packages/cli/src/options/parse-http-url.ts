import { parseEndpointUrl } from '@reprise/replay-engine/endpoint'
import { UsageError } from '../terminal/exit-codes.ts'

/**
 * The address of an endpoint, as it was typed.
 *
 * @throws UsageError where it is none, or holds what may be secret. commander's own error would repeat that.
 */
export function parseHttpUrl(text: string): string {
  try {
    parseEndpointUrl(text)
    return text
  } catch (error) {
    throw new UsageError(`--url ${(error as Error).message}`)
  }
}
