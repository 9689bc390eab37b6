import type { Epoch } from '../epoch/epoch.ts'
import { aprilRow } from './april-row.ts'
import { augustRow } from './august-row.ts'
import type { PlannedJob } from './planned-job.ts'
import type { Row } from './row.ts'

/** The job as a row of that epoch, under InferenceX's key names. */
export function rowOf(job: PlannedJob, epoch: Epoch): Row {
  return epoch === 'apr2026' ? aprilRow(job) : augustRow(job)
}
