import type { PlannedJob } from '../job/planned-job.ts'
import type { Row } from '../job/row.ts'
import { aprilRow } from './april-row.ts'
import { augustRow } from './august-row.ts'
import type { Epoch } from './epoch.ts'

/** The job as a row of that epoch, under InferenceX's key names. */
export function rowOf(job: PlannedJob, epoch: Epoch): Row {
  return epoch === 'apr2026' ? aprilRow(job) : augustRow(job)
}
