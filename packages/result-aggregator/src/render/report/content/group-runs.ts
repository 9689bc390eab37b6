import { printable } from '@reprise/safe-text'
import { loadSizeOf } from '../../../result/load-size.ts'
import type { Result } from '../../../result/result.ts'
import { type Facets, knownFacets, workloadOf } from '../../workload.ts'
import type { ReportRun } from './report-run.ts'

export interface RunGroup {
  readonly name: string
  /** By rising lanes. */
  readonly runs: readonly ReportRun[]
}

/** A run with its place in the report. */
export interface LabelledRun {
  readonly run: ReportRun
  readonly group: number
  /** Alike for runs that did the same work, whatever did it. */
  readonly workload: number
  readonly groupName: string
  /** Unlike every other label of the report. */
  readonly label: string
}

/**
 * Runs that make one curve: same model, engine, hardware, GPUs, precision, topology, kind of target, corpus, context limit, preset and load but
 * for the lanes; and the same seed, where a number of lanes was run with several. A name tells what sets its group apart from the others, and
 * is unlike all of theirs; a group alone is named after hardware, engine and model.
 */
export function groupRuns(runs: readonly ReportRun[]): RunGroup[] {
  const alike = [...Map.groupBy(runs, ({ result }) => JSON.stringify([...facetsOf(result)])).values()]
  const groups = alike.flatMap((group) => {
    const facets = facetsOf(group[0]!.result)
    if (!repeatsLanes(group)) return [{ group, facets }]
    const bySeed = Map.groupBy(group, ({ result }) => result.provenance.seed)
    return [...bySeed].map(([seed, same]) => ({ group: same, facets: new Map([...facets, ['seed', `seed ${seed}`]]) }))
  })
  const names = namesOf(groups.map(({ facets }) => facets))
  return groups.map(({ group }, index) => ({
    name: names[index]!,
    runs: group.toSorted((one, other) => loadSizeOf(one.result.load).value - loadSizeOf(other.result.load).value),
  }))
}

/** Whether a number of lanes was run with several seeds: of these the best would make the curve. */
function repeatsLanes(group: readonly ReportRun[]): boolean {
  const byLanes = Map.groupBy(group, ({ result }) => loadSizeOf(result.load).value).values()
  return [...byLanes].some((same) => new Set(same.map(({ result }) => result.provenance.seed)).size > 1)
}

function namesOf(groups: readonly Facets[]): string[] {
  const all = new Set(groups.flatMap((facets) => [...facets.keys()]))
  const apart = new Set([...all].filter((name) => new Set(groups.map((facets) => facets.get(name))).size > 1))
  const plain = groups.map((facets) => joined(facets, apart) || joined(facets, nameOfOne) || 'unnamed')
  return plain.map((name, index) => {
    const before = plain.slice(0, index).filter((each) => each === name).length
    return before === 0 ? name : `${name} (${before + 1})`
  })
}

function joined(facets: Facets, wanted: ReadonlySet<string>): string {
  const values = [...facets].flatMap(([name, value]) => (wanted.has(name) ? [value] : []))
  return printable([...new Set(values)].join(' · '), 120)
}

/** Every run, by group and lanes, under a name of its own. */
export function labelRuns(groups: readonly RunGroup[]): LabelledRun[] {
  const workloads = new Map<string, number>()
  const plain = groups.flatMap(({ name, runs }, group) =>
    runs.map((run) => {
      const work = JSON.stringify([...workloadOf(run.result)])
      const workload = workloads.get(work) ?? workloads.size
      workloads.set(work, workload)
      const size = loadSizeOf(run.result.load).label
      return { run, group, workload, groupName: name, label: groups.length > 1 ? `${name}, ${size}` : size }
    }),
  )
  const uses = Map.groupBy(plain, ({ label }) => label)
  return plain.map((each) => {
    const same = uses.get(each.label)!
    if (same.length === 1) return each
    return { ...each, label: `${each.label} (${printable(each.run.name, 60)}, run ${same.indexOf(each) + 1})` }
  })
}

const nameOfOne: ReadonlySet<string> = new Set(['hardware', 'engine', 'model', 'simulated'])

function facetsOf(result: Result): Facets {
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
