import { plainText } from '../../result/plain-text.ts'
import type { Result } from '../../result/result.ts'
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
  readonly groupName: string
  /** Unlike every other label of the report. */
  readonly label: string
}

/**
 * Runs that make one curve: same model, engine, hardware, GPUs, precision, topology, kind of target and corpus. A name tells only what
 * sets its group apart from the others, besides engine and model.
 */
export function groupRuns(runs: readonly ReportRun[]): RunGroup[] {
  const groups = [...Map.groupBy(runs, ({ result }) => JSON.stringify(facetsOf(result))).values()]
  const facets = groups.map((group) => facetsOf(group[0]!.result))
  const telling = Object.keys(facetNames).filter(
    (name) => shownAlways.has(name) || new Set(facets.map((each) => each[name as Facet])).size > 1,
  ) as Facet[]
  return groups.map((group, index) => ({
    name: plainText([...new Set(telling.flatMap((name) => facets[index]![name] ?? []))].join(' · '), 120),
    runs: group.toSorted((one, other) => one.result.load.lanes - other.result.load.lanes),
  }))
}

/** Every run, by group and lanes, under a name of its own. */
export function labelRuns(groups: readonly RunGroup[]): LabelledRun[] {
  const plain = groups.flatMap(({ name, runs }, group) =>
    runs.map((run) => {
      const lanes = `${run.result.load.lanes} ${run.result.load.lanes === 1 ? 'lane' : 'lanes'}`
      return { run, group, groupName: name, label: groups.length > 1 ? `${name}, ${lanes}` : lanes }
    }),
  )
  const uses = Map.groupBy(plain, ({ label }) => label)
  return plain.map((each) => {
    const same = uses.get(each.label)!
    if (same.length === 1) return each
    return { ...each, label: `${each.label} (${plainText(each.run.name, 60)}, run ${same.indexOf(each) + 1})` }
  })
}

const facetNames = {
  hardware: true,
  gpus: true,
  engine: true,
  model: true,
  precision: true,
  topology: true,
  simulated: true,
  clock: true,
  corpus: true,
  preset: true,
}
type Facet = keyof typeof facetNames
const shownAlways = new Set<string>(['hardware', 'engine', 'model', 'simulated'] satisfies Facet[])

function facetsOf({ identity, provenance }: Result): Record<Facet, string | undefined> {
  const { engine, topology, gpus } = identity
  return {
    hardware: identity.hardware,
    gpus: gpus === undefined ? undefined : `${gpus} GPUs`,
    engine: engine && [engine.name, engine.version].filter(Boolean).join(' '),
    model: identity.model,
    precision: identity.precision,
    topology:
      topology &&
      Object.entries(topology)
        .map(([name, value]) => `${name}=${value}`)
        .join(' '),
    simulated: provenance.target.simulated ? 'engine model' : undefined,
    clock: provenance.target.clock === 'virtual' ? 'virtual time' : 'real time',
    corpus: `corpus ${provenance.corpusDigest.slice(0, 8)}`,
    preset: provenance.preset.name,
  }
}
