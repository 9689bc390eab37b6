export { buildResult, type RunRecords } from './measure/build-result.ts'
export { misfitObjection } from './measure/corpus-rules.ts'
export { dispatchDelay } from './measure/dispatch-delay.ts'
export { isEngineOf } from './measure/is-engine-of.ts'
export { type JobCase, judgeJob } from './measure/judge-job.ts'
export { outputCount } from './measure/output-count.ts'
export { quantile } from './measure/quantile.ts'
export { RunMeasure, type RunOutcome } from './measure/run-measure.ts'
export { timePerOutputToken } from './measure/time-per-token.ts'
export { timeToFirstToken } from './measure/time-to-first-token.ts'
export { renderCollection } from './render/collection/render-collection.ts'
export { renderCollectionCsv } from './render/collection/render-csv.ts'
export { renderCollectionMarkdown, renderSweepSummary } from './render/collection/render-markdown.ts'
export { renderBlockIds, renderSubagentTimes } from './render/corpus-facts-text.ts'
export { renderReproduction } from './render/reproduce-job.ts'
export { renderSummary } from './render/summary-table.ts'
export { type WrittenReport, writeReport } from './report-file/write-report.ts'
export { AttemptBreak } from './result/attempt-break.ts'
export { ClientHealth } from './result/client-health.ts'
export { CollectedJob, Collection } from './result/collection.ts'
export { CorpusFacts } from './result/corpus-facts.ts'
export type { JobEvidence } from './result/job-evidence.ts'
export { identityOfJob, type JobIdentity, lanesOfJob } from './result/job-identity.ts'
export { JobFailureClass, JobStatus } from './result/job-status.ts'
export { defaultLimits, Limits } from './result/limits.ts'
export { Distribution, Metric, MetricName, Metrics, WithFailures } from './result/metric.ts'
export {
  CacheHit,
  Counts,
  OutcomeCounts,
  OutputTokens,
  Result,
  Throughput,
  TokenAgreement,
  Validity,
} from './result/result.ts'
export {
  CorpusOrigin,
  Identity,
  PlanFacts,
  planFacts,
  RunFile,
  RunHeader,
  RunTarget,
} from './result/run-header.ts'
export { buildRun } from './run-folder/build-run.ts'
export { makeFolder } from './run-folder/make-folder.ts'
export { Manifest, readManifest } from './run-folder/manifest.ts'
export { manifestProblems, renderManifestProblems } from './run-folder/manifest-problems.ts'
export { openUnfollowed } from './run-folder/open-plain-file.ts'
export { readResult } from './run-folder/read-result.ts'
export { readRun, type StoredRun } from './run-folder/read-run.ts'
export { readStoppedRun, type StoppedRun } from './run-folder/read-stopped-run.ts'
export { RunFolderError, runFiles } from './run-folder/run-folder.ts'
export { lockRun, type RunLock, refuseLive } from './run-folder/run-lock.ts'
export { demandFree, type ResumeOptions, RunWriter, type RunWriterOptions } from './run-folder/run-writer.ts'
export { saveResult } from './run-folder/save-result.ts'
export { StoredPlans } from './run-folder/stored-plans.ts'
export { writeFileWhole } from './run-folder/write-file-whole.ts'
export { collectSweep } from './sweep/collect-sweep.ts'
export { jobFiles, jobFolderName } from './sweep/job-folder.ts'
export { jobRuns, presentJobRuns, readJobEvidence } from './sweep/read-job-evidence.ts'
export { collectionFiles, type WrittenCollection, writeCollection } from './sweep/write-collection.ts'
