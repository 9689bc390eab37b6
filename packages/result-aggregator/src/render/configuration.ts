import type { Result } from '../result/result.ts'
import { type Facets, knownFacets, workloadOf } from './workload.ts'

/** What was measured and with what work, by name: everything but how large the load was and the seed. Runs that have all of it alike make one curve. */
export function configurationOf(result: Result): Facets {
  const { identity, provenance } = result
  const { engine, topology = {}, gpus } = identity
  const { target } = provenance
  const all: readonly (readonly [name: string, value: string | undefined])[] = [
    ['hardware', identity.hardware],
    ['gpus', gpus === undefined ? undefined : `${gpus} ${gpus === 1 ? 'GPU' : 'GPUs'}`],
    ['engine', engine && [engine.name, engine.version].filter(Boolean).join(' ')],
    ['model', identity.model],
    ['precision', identity.precision],
    ...Object.entries(topology).map(([name, value]) => [`topology ${name}`, `${name}=${value}`] as const),
    ['simulated', target.simulated ? 'engine model' : undefined],
    ['clock', target.clock === 'virtual' ? 'virtual time' : 'real time'],
  ]
  return new Map([...knownFacets(all), ...workloadOf(result)])
}
