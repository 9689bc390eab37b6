import { configurationOf } from '../render/configuration.ts'
import { type Facets, knownFacets, workloadOf } from '../render/workload.ts'
import type { Result } from '../result/result.ts'

/** What served a run and what drove it, by name: everything that may be meant to differ. */
export function setupOf(result: Result): Facets {
  const { identity, provenance } = result
  const { engine } = identity
  const { target, toolVersion, commit } = provenance
  const work = new Set(workloadOf(result).keys())
  // Settings are told with the words of a curve there, and by their values here.
  const isOther = (name: string) => work.has(name) || name.startsWith('setting ')
  return knownFacets([
    ...[...configurationOf(result)].filter(([name]) => !isOther(name)),
    ['image', engine?.image],
    ...leaves('engine', engine?.config ?? {}),
    ['api', target.kind === 'http' ? (target.api ?? 'chat') : undefined],
    ['prompts', target.kind === 'http' ? (target.content ?? 'english') : undefined],
    ['extra fields', target.extras && JSON.stringify(target.extras.body)],
    ['endpoint', target.url],
    ['spread', target.spread],
    ['client processes', target.processes === undefined ? undefined : String(target.processes)],
    ['version of this tool', toolVersion],
    ['commit of this tool', commit],
  ])
}

/** Every setting of an engine's description by its path: `engine.stepTime.baseMs`. */
function leaves(path: string, value: unknown): (readonly [name: string, value: string])[] {
  if (typeof value !== 'object' || value === null)
    return [[path, typeof value === 'number' ? String(Number(value.toPrecision(12))) : String(value)]]
  return Object.entries(value).flatMap(([name, each]) => leaves(`${path}.${name}`, each))
}
