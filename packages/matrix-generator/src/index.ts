export { type Validation, type ValidationOptions, validateMatrix } from './check/validate-matrix.ts'
export type * from './config/config.ts'
export { type Epoch, epochs } from './epoch/epoch.ts'
export type { Sweep } from './expand/finish-sweep.ts'
export type * from './expand/flags.ts'
export { scenarioTypes } from './expand/flags.ts'
export { expandFullSweep } from './expand/full-sweep.ts'
export { sequenceLengths } from './expand/job-name.ts'
export { expandRunnerModelSweep } from './expand/runner-model-sweep.ts'
export { expandTestConfig } from './expand/test-config.ts'
export { canonicalJson } from './job/canonical-json.ts'
export { deploymentOf } from './job/deployment-of.ts'
export { gpusOf, type Job, type JobScenario, type JobTopology } from './job/job.ts'
export {
  type FieldValue,
  isJobField,
  type JobField,
  type JobView,
  jobFields,
  viewJob,
} from './job/job-fields.ts'
export { PlannedJob, plannedJob } from './job/planned-job.ts'
export type { Row, RowValue } from './job/row.ts'
export { rowOf } from './job/row-of.ts'
export { SweepJob, SweepPlan } from './job/sweep-job.ts'
export { type Buckets, bucketRows } from './plan/buckets.ts'
export {
  defaultAssumptions,
  type EstimateAssumptions,
  estimateSweep,
  jobSeconds,
  type SweepEstimate,
} from './plan/estimate.ts'
export { byPriority, type CanaryPlan, chooseCanary, jobPriority, type Occasion } from './plan/order.ts'
export { type AddedEntry, parseChangelog } from './plan/parse-changelog.ts'
export { type ChangelogInput, type ChangelogPlan, planChangelog } from './plan/plan-changelog.ts'
export { pointId, recipeFingerprint } from './plan/point-id.ts'
export { type ChangeInput, type ChangeSelection, selectChanged } from './plan/select-changed.ts'
export { defaultShardLimits, type Shard, type ShardLimits, shardRows } from './plan/shard.ts'
export { trimConcurrencies } from './plan/trim.ts'
export { type Matrix, type MatrixInput, readMatrix } from './read/read-matrix.ts'
export { gpuOf, gpusPerNode } from './runners/hardware.ts'
export type { Hardware, Runners } from './runners/runners.ts'
export { renderJsonSchemas } from './schema/json-schemas.ts'
export { rowSchema } from './schema/rows.ts'
export { changedFiles, readAtRef } from './source/git.ts'
