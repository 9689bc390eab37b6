import { replayReport } from '../export/dynamo/replay-report.ts'
import { writeFileWhole } from '../run-folder/write-file-whole.ts'
import { exportedRunOf } from './exported-run-of.ts'

/** Writes the run in a folder under the keys of Dynamo's replay. `wallMs`: how long it took to compute. @throws RunFolderError */
export async function writeReplayReport(folder: string, path: string, wallMs: number): Promise<void> {
  const report = await replayReport(await exportedRunOf(folder), wallMs)
  await writeFileWhole(path, `${JSON.stringify(report, null, 2)}\n`)
}
