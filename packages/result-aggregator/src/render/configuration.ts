import type { Result } from '../result/result.ts'
import { type Facets, knownFacets, workloadOf } from './workload.ts'

/**
 * What was measured and with what work, by name: label, what served, how it is set up and where it stands, and everything of the work but how large
 * the load was and the seed. Runs that have all of it alike make one curve.
 */
export function configurationOf(result: Result): Facets {
  return new Map([...deploymentOf(result), ...workloadOf(result)])
}

function deploymentOf({ identity, provenance: { target } }: Result): Facets {
  const { engine, topology = {}, gpus } = identity
  return knownFacets([
    ['label', identity.label],
    ['hardware', identity.hardware],
    ['gpus', gpus === undefined ? undefined : `${gpus} ${gpus === 1 ? 'GPU' : 'GPUs'}`],
    ['engine', engine && [engine.name, engine.version].filter(Boolean).join(' ')],
    ['model', identity.model],
    ['precision', identity.precision],
    ...Object.entries(topology).map(([name, value]) => [`topology ${name}`, `${name}=${value}`] as const),
    ['simulated', target.simulated ? 'engine model' : undefined],
    ['scheduler', schedulerOf(engine?.config)],
    ['clock', target.clock === 'virtual' ? 'virtual time' : 'real time'],
    ['setting image', engine?.image],
    ...settingsOf(engine?.config),
    ['setting api', target.api && `${target.api} route`],
    ['setting assistant', target.assistant && `${target.assistant} replies`],
    ['setting output', target.outputLength && `${target.outputLength} output`],
    ['setting cache', target.prefixCache && `prefix cache ${target.prefixCache}`],
    ['setting endpoint', endpointOf({ identity, target })],
  ])
}

/** Of an engine model: whose scheduler it has, which is vLLM's where it does not say so. */
function schedulerOf(config: unknown): string | undefined {
  const scheduler = (config as { scheduler?: { engine?: unknown } } | null | undefined)?.scheduler
  return scheduler && String(scheduler.engine ?? 'vllm')
}

/** Each setting of an engine model, by its way: `scheduler.numBlocks` is named `numBlocks 4096`. */
function settingsOf(config: unknown, way: readonly string[] = []): (readonly [string, string])[] {
  if (typeof config !== 'object' || config === null) {
    return way.length === 0 ? [] : [[`setting ${way.join('.')}`, `${way.at(-1)} ${String(config)}`]]
  }
  return Object.entries(config).flatMap(([name, value]) => settingsOf(value, [...way, name]))
}

/**
 * Where an engine stands whose settings nobody told. A job's port is whatever was free, a model of an engine tells its settings, and whoever gave a
 * label has said what belongs together.
 */
function endpointOf({
  identity: { point, label },
  target: { url, otherUrls = [], simulated },
}: {
  readonly identity: Result['identity']
  readonly target: Result['provenance']['target']
}): string | undefined {
  if (url === undefined || simulated || point !== undefined || label !== undefined) return undefined
  return [url, ...otherUrls].join(' + ')
}
