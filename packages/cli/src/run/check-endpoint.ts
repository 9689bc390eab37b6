import { renderLengths } from '../live/run-length.ts'
import type { LoadOptions } from '../options/load-options.ts'
import type { RunPlaces } from '../options/run-folders.ts'
import type { ShardOptions } from '../options/shard-options.ts'
import { exitCodes } from '../terminal/exit-codes.ts'
import type { Io } from '../terminal/io.ts'
import { writeJson } from '../terminal/output.ts'
import type { EndpointOptions } from './connect-endpoint.ts'
import { renderPreflight } from './preflight.ts'
import { prepareEndpoint } from './prepare-endpoint.ts'
import { soonerEnd } from './tell-prepared.ts'

/**
 * Says what a run would find and how long it would take, and begins none. Returns the exit code: that of a run which would be stopped before
 * its first request.
 *
 * @throws EndpointError, TraceError, PlanError
 */
export async function checkEndpoint(
  places: RunPlaces,
  options: LoadOptions &
    EndpointOptions &
    Pick<ShardOptions, 'shard'> & { readonly json: boolean; readonly quiet: boolean },
  io: Io,
): Promise<number> {
  const { preflight, lengths } = await prepareEndpoint(places, options, { ...io, quiet: options.quiet })
  if (options.json) {
    writeJson(io, { schema: 'check/1', ...preflight, runs: lengths })
  } else {
    const reasons = preflight.reasons.map((reason) => `- ${reason}\n`).join('')
    io.stdout.write(`${renderPreflight(preflight)}\n${reasons}`)
    io.stdout.write(`${renderLengths(lengths, { orSooner: soonerEnd(options) })}\n`)
  }
  return preflight.verdict === 'invalid' && !options.acceptInexact ? exitCodes.operator : exitCodes.done
}
