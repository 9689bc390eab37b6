import { renderLengths } from '../live/run-length.ts'
import type { LoadOptions } from '../options/load-options.ts'
import type { Io } from '../terminal/io.ts'
import { grouped } from '../terminal/output.ts'
import type { EndpointOptions } from './connect-endpoint.ts'
import { refuseInvalid, renderPreflight } from './preflight.ts'
import type { PreparedEndpoint } from './prepare-endpoint.ts'

/**
 * Says on stderr what was found before the first request, what it means and how long it will take.
 *
 * @throws EndpointError where what is certain to end invalid is not asked for all the same.
 */
export function tellPrepared(
  { preflight, lengths }: Pick<PreparedEndpoint, 'preflight' | 'lengths'>,
  options: Pick<EndpointOptions, 'url' | 'acceptInexact'> &
    Pick<LoadOptions, 'maxRequests' | 'targetHalfWidth'> & { readonly quiet: boolean },
  io: Io,
): void {
  if (!options.quiet) io.stderr.write(`${renderPreflight(preflight)}\n`)
  refuseInvalid(preflight, options)
  if (!options.quiet) io.stderr.write(`${renderLengths(lengths, { orSooner: soonerEnd(options) })}\n`)
}

/** What else ends a run, in words. */
export function soonerEnd({
  maxRequests,
  targetHalfWidth,
}: Pick<LoadOptions, 'maxRequests' | 'targetHalfWidth'>): string | undefined {
  if (targetHalfWidth) return '--target-half-width is reached'
  return maxRequests === undefined ? undefined : `${grouped(maxRequests)} requests have ended`
}
