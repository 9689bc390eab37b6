import { join } from 'node:path'
import { presetOf } from '@reprise/replay-engine/presets'
import { type ExportShape, type ExportShapeName, exportShapes } from '../export/exporters.ts'
import type { ExportedRun } from '../export/run/exported-run.ts'
import { missingIdentity } from '../export/run/published-identity.ts'
import { publishedName } from '../export/run/published-name.ts'
import { findRuns } from '../run-folder/find-runs.ts'
import { RunFolderError } from '../run-folder/run-folder.ts'
import { StoredPlans } from '../run-folder/stored-plans.ts'
import { exportedRunOf, type SaidOfRun } from './exported-run-of.ts'
import { writeExportFile } from './write-export-file.ts'

export interface ExportOptions extends SaidOfRun {
  readonly as: ExportShapeName
  readonly out: string
  /** Told before each run is read. */
  readonly onRun?: (folder: string) => void
}

export interface WrittenExport {
  /** In the order in which they were written. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[]
  readonly runs: number
  /** What readers of the shape want to be told of some run, and nobody said. */
  readonly unknown: readonly string[]
}

/** InferenceX collects the rows of all jobs of a sweep in this file. */
const collected = 'results_bmk/agg_bmk.json'

/**
 * Writes the runs among and below some folders in the shape of others. Every figure is computed anew from the records; a run that was cut
 * short gives what it has.
 *
 * @throws RunFolderError when a folder holds no readable run, or one that the shape is not for.
 */
export async function writeExports(paths: readonly string[], options: ExportOptions): Promise<WrittenExport> {
  const { as, out } = options
  const shape: ExportShape = exportShapes[as]
  const folders = await findRuns(paths)
  const plans = new StoredPlans()
  const files: WrittenExport['files'][number][] = []
  const rows: object[] = []
  const [unknown, names] = [new Set<string>(), new Map<string, number>()]
  for (const folder of folders) {
    options.onRun?.(folder)
    const run = await exportedRunOf(folder, options, plans)
    refuseOtherScenario(folder, run, { as, shape })
    if (shape.needsIdentity) for (const name of missingIdentity(run.identity)) unknown.add(name)
    const told = await shape.files({
      ...run,
      name: ownName(names, (shape.needsIdentity && publishedName(run.identity)) || run.name),
    })
    for (const { path, content } of told.files) files.push(await writeExportFile(join(out, path), content))
    if (told.row) rows.push(told.row)
  }
  if (rows.length > 0) files.push(await writeExportFile(join(out, collected), `${JSON.stringify(rows, null, 2)}\n`))
  return { files, runs: folders.length, unknown: [...unknown] }
}

/** One under the name of the other would be drawn in the wrong chart. */
function refuseOtherScenario(
  folder: string,
  { result }: ExportedRun,
  { as, shape }: { readonly as: string; readonly shape: ExportShape },
): void {
  const preset = result.provenance.preset.name
  const isFixed = presetOf(preset)?.corpus.kind === 'fixed-lengths'
  if (shape.scenario === undefined || (shape.scenario === 'fixed-lengths') === isFixed) return
  throw new RunFolderError(
    folder,
    `a run of preset ${preset}, which is none of ${shape.scenario === 'agentic' ? 'sessions of agents' : 'fixed lengths'}, and --as ${as} is for these`,
    isFixed ? 'Export it --as fixed-length.' : 'Export it --as inferencex.',
  )
}

/** Runs of one name are numbered from the second on. */
function ownName(names: Map<string, number>, name: string): string {
  const count = (names.get(name) ?? 0) + 1
  names.set(name, count)
  return count === 1 ? name : ownName(names, `${name}_${count}`)
}
