import type { EngineConfig, RouterConfig } from '@reprise/engine-sim/core'
import type { Command } from 'commander'
import { UsageError } from '../terminal/exit-codes.ts'
import { parseWhole } from './parse.ts'
import { parseRouter, routerNames } from './parse-router.ts'

/** Several engines behind a router, as flags. */
export interface FleetOptions {
  readonly workers?: number
  readonly router?: RouterConfig
}

/** Adds those flags. */
export function addFleetOptions(command: Command): Command {
  return command
    .option('--workers <n>', 'so many of the engine, behind a router', parseWhole(1, 1024))
    .option(
      '--router <name[:key=value,...]>',
      `who takes a request: ${routerNames} (default: round-robin); 'reprise help fleets' has the keys`,
      parseRouter,
    )
}

/**
 * An engine with the fleet that the flags describe; without flags as it is described.
 *
 * @throws UsageError for a router that has nothing to choose among.
 */
export function withFleet(engine: EngineConfig, { workers, router }: FleetOptions): EngineConfig {
  if (workers === undefined && router === undefined) return engine
  const count = workers ?? engine.fleet?.workers
  if (count === undefined)
    throw new UsageError('--router chooses among several engines, and there is one: add --workers 2')
  const { fleet, ...one } = engine
  if (count === 1 && router === undefined) return one
  return { ...one, fleet: { workers: count, router: router ?? fleet?.router ?? { routing: 'round-robin' } } }
}
