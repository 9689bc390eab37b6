import { type EngineConfig, type FleetConfig, KvTransferConfig, type RouterConfig } from '@reprise/engine-sim/core'
import type { Command } from 'commander'
import { UsageError } from '../terminal/exit-codes.ts'
import { parseWhole } from './parse.ts'
import { parseKvTransfer } from './parse-kv-transfer.ts'
import { parseRouter, routerNames } from './parse-router.ts'

const roundRobin: RouterConfig = { routing: 'round-robin' }

/** Several engines behind a router, as flags. */
export interface FleetOptions {
  readonly dataParallelSize?: number
  readonly workers?: number
  readonly router?: RouterConfig
  readonly prefillWorkers?: number
  readonly decodeWorkers?: number
  readonly decodeRouter?: RouterConfig
  readonly kvTransfer?: KvTransferConfig
}

/** Adds those flags. */
export function addFleetOptions(command: Command): Command {
  return command
    .option(
      '--data-parallel-size <n>',
      'ranks of each engine that step together, each with an attention and a cache of its own',
      parseWhole(1, 1024),
    )
    .option('--workers <n>', 'so many of the engine, behind a router', parseWhole(1, 1024))
    .option(
      '--router <name[:key=value,...]>',
      `who takes a request: ${routerNames} (default: round-robin); 'reprise help fleets' has the keys`,
      parseRouter,
    )
    .option(
      '--prefill-workers <n>',
      'so many compute prompts, and those of --decode-workers the rest',
      parseWhole(1, 1024),
    )
    .option('--decode-workers <n>', 'so many decode what those of --prefill-workers have computed', parseWhole(1, 1024))
    .option('--decode-router <name[:key=value,...]>', 'who takes a computed prompt (default: as --router)', parseRouter)
    .option(
      '--kv-transfer <key=value,...>',
      'how KV gets to who decodes: bytes-per-token, gb-per-s of each link, latency-ms, most-at-once',
      parseKvTransfer,
    )
}

/**
 * An engine with the ranks and the fleet that the flags describe; without flags as it is described.
 *
 * @throws UsageError for a router that has nothing to choose among, and for workers of one kind without the other.
 */
export function withFleet(described: EngineConfig, options: FleetOptions): EngineConfig {
  const engine = withRanks(described, options)
  const { prefillWorkers, decodeWorkers, decodeRouter, kvTransfer } = options
  const apart = [prefillWorkers, decodeWorkers, decodeRouter, kvTransfer].some((given) => given !== undefined)
  const fleet = engine.fleet
  if (apart || (fleet && 'prefillWorkers' in fleet && options.workers === undefined))
    return { ...engine, fleet: disaggregatedOf(fleet, options) }
  return withWorkers(engine, options)
}

/** Of each engine, those that decode too. */
function withRanks(engine: EngineConfig, { dataParallelSize }: FleetOptions): EngineConfig {
  if (dataParallelSize === undefined) return engine
  const { decodeEngine } = engine
  return { ...engine, dataParallelSize, ...(decodeEngine && { decodeEngine: { ...decodeEngine, dataParallelSize } }) }
}

function disaggregatedOf(fleet: FleetConfig | undefined, options: FleetOptions): FleetConfig {
  const { workers, router, prefillWorkers, decodeWorkers, decodeRouter, kvTransfer } = options
  if (workers !== undefined)
    throw new UsageError('--workers do all of a request, and those of --prefill-workers a part: leave one of them out')
  const told = fleet && 'prefillWorkers' in fleet ? fleet : undefined
  const [prefill, decode] = [prefillWorkers ?? told?.prefillWorkers, decodeWorkers ?? told?.decodeWorkers]
  if (prefill === undefined || decode === undefined) throw new UsageError(lackingOf(prefill, decode))
  return {
    prefillWorkers: prefill,
    prefillRouter: router ? computing(router) : (told?.prefillRouter ?? roundRobin),
    decodeWorkers: decode,
    decodeRouter: decodeRouter ?? (router ? decoding(router) : (told?.decodeRouter ?? roundRobin)),
    transfer: kvTransfer ?? told?.transfer ?? KvTransferConfig.parse({}),
  }
}

function lackingOf(prefill: number | undefined, decode: number | undefined): string {
  if (prefill !== undefined) return '--prefill-workers needs others that decode: add --decode-workers 1'
  if (decode !== undefined) return '--decode-workers needs others that compute prompts: add --prefill-workers 1'
  return '--decode-router and --kv-transfer are of workers that decode alone: add --prefill-workers 1 --decode-workers 1'
}

/** The routers of those that compute prompts and of those that decode, of one that was given for both. */
export function stagedRouters(router: RouterConfig): { readonly prefill: RouterConfig; readonly decode: RouterConfig } {
  return { prefill: computing(router), decode: decoding(router) }
}

/** A KV router of those that compute prompts does not count the blocks of requests. Source: the prefill router of Dynamo. */
function computing(router: RouterConfig): RouterConfig {
  return router.routing === 'kv' ? { ...router, trackActiveBlocks: false } : router
}

/** One of those that decode goes by load alone, and nothing but blocks is load. Source: the decode router of Dynamo. */
function decoding(router: RouterConfig): RouterConfig {
  if (router.routing !== 'kv') return router
  return { ...router, overlapScoreCredit: 0, trackPrefillTokens: false, assumeKvReuse: false }
}

function withWorkers(engine: EngineConfig, { workers, router }: FleetOptions): EngineConfig {
  if (workers === undefined && router === undefined) return engine
  const fleet = engine.fleet && 'workers' in engine.fleet ? engine.fleet : undefined
  const count = workers ?? fleet?.workers
  if (count === undefined)
    throw new UsageError('--router chooses among several engines, and there is one: add --workers 2')
  const { fleet: _, decodeEngine: __, ...one } = engine
  if (count === 1 && router === undefined) return one
  return { ...one, fleet: { workers: count, router: router ?? fleet?.router ?? roundRobin } }
}
