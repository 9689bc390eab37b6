import { printable } from '@reprise/safe-text'
import { loadSizeOf } from '../../../result/load-size.ts'
import { configurationOf } from '../../configuration.ts'
import { workloadOf } from '../../workload.ts'
import { nameGroups } from './name-groups.ts'
import { partByFolder } from './part-by-folder.ts'
import type { ReportRun } from './report-run.ts'

export interface RunGroup {
  readonly name: string
  /** By rising size of their loads, those of one size by their seeds. */
  readonly runs: readonly ReportRun[]
}

/** A run with its place in the report. */
export interface LabelledRun {
  readonly run: ReportRun
  /** Its place among all runs of the report. */
  readonly index: number
  readonly group: number
  /** Alike for runs that did the same work, whatever did it. */
  readonly workload: number
  readonly groupName: string
  /** Unlike every other label of the report. */
  readonly label: string
}

/**
 * Runs that make one curve: same label, deployment (model, engine with its settings, hardware, GPUs, precision, topology, endpoint), corpus,
 * context limit, preset and load but for its size. Seeds are repeats and part no curve (`marksOf` draws them as one); the same point measured twice with one seed does, where
 * the folders say which runs belong together. A name tells what sets its group apart from the others, and is unlike all of theirs.
 */
export function groupRuns(runs: readonly ReportRun[]): RunGroup[] {
  const alike = [...Map.groupBy(runs, ({ result }) => JSON.stringify([...configurationOf(result)])).values()]
  const groups = alike.flatMap((group) => {
    const facets = configurationOf(group[0]!.result)
    const parts = partByFolder(group)
    return parts.map(({ folder, runs: part }) => ({
      runs: part,
      facets: folder === undefined ? facets : new Map([...facets, ['folder', folder]]),
    }))
  })
  const names = nameGroups(groups.map(({ facets }) => facets))
  return groups.map(({ runs: part }, index) => ({ name: names[index]!, runs: part.toSorted(bySizeAndSeed) }))
}

/** Every run, by group and size, under a name of its own. */
export function labelRuns(groups: readonly RunGroup[]): LabelledRun[] {
  const workloads = new Map<string, number>()
  const plain: LabelledRun[] = groups.flatMap(({ name, runs }, group) =>
    runs.map((run) => {
      const work = JSON.stringify([...workloadOf(run.result)])
      const workload = workloads.get(work) ?? workloads.size
      workloads.set(work, workload)
      const size = loadSizeOf(run.result.load).label
      return { run, index: 0, group, workload, groupName: name, label: groups.length > 1 ? `${name}, ${size}` : size }
    }),
  )
  const bySeed = apart(plain, ({ run }) => `seed ${run.result.provenance.seed}`)
  const byFolder = apart(bySeed, ({ run }) => printable(run.name, 60))
  return byFolder.map((each, index) => {
    const same = byFolder.filter(({ label }) => label === each.label)
    const label = same.length === 1 ? each.label : `${each.label}, run ${same.indexOf(each) + 1}`
    return { ...each, label, index }
  })
}

/** Labels that several runs have, with what tells some of these apart. */
function apart(runs: readonly LabelledRun[], by: (run: LabelledRun) => string): LabelledRun[] {
  const uses = Map.groupBy(runs, ({ label }) => label)
  return runs.map((each) => {
    const marks = new Set(uses.get(each.label)!.map(by))
    return marks.size === 1 ? each : { ...each, label: `${each.label}, ${by(each)}` }
  })
}

function bySizeAndSeed(one: ReportRun, other: ReportRun): number {
  const size = ({ result }: ReportRun) => loadSizeOf(result.load).value
  return size(one) - size(other) || one.result.provenance.seed - other.result.provenance.seed
}
