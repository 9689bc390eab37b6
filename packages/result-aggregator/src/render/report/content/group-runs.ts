import { printable } from '@reprise/safe-text'
import { loadSizeOf } from '../../../result/load-size.ts'
import type { Result } from '../../../result/result.ts'
import { configurationOf } from '../../configuration.ts'
import { type Facets, workloadOf } from '../../workload.ts'
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
 * for how large it is. Runs that differ in their seeds alone are of one curve too (`repeatsOf` tells them). A name tells what sets its group apart
 * from the others, and is unlike all of theirs; a group alone is named after hardware, engine and model.
 */
export function groupRuns(runs: readonly ReportRun[]): RunGroup[] {
  const groups = [...Map.groupBy(runs, ({ result }) => JSON.stringify([...configurationOf(result)])).values()]
  const names = namesOf(groups.map(([first]) => configurationOf(first!.result)))
  return groups.map((group, index) => ({
    name: names[index]!,
    runs: group.toSorted((one, other) => loadSizeOf(one.result.load).value - loadSizeOf(other.result.load).value),
  }))
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
      const size = sizeWithSeed(run.result, runs)
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

/** `4 lanes`, and the seed where the same was run with several. */
function sizeWithSeed({ load, provenance: { seed } }: Result, runs: readonly ReportRun[]): string {
  const { value, label } = loadSizeOf(load)
  const others = runs.filter(({ result }) => loadSizeOf(result.load).value === value)
  return others.some(({ result }) => result.provenance.seed !== seed) ? `${label}, seed ${seed}` : label
}

const nameOfOne: ReadonlySet<string> = new Set(['hardware', 'engine', 'model', 'simulated'])
