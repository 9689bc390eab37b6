export { buildRun } from './collect/build-run.ts'
export { Manifest, readManifest } from './collect/manifest.ts'
export { readResult } from './collect/read-result.ts'
export { readRun, type StoredRun } from './collect/read-run.ts'
export { readStoppedRun, type StoppedRun } from './collect/read-stopped-run.ts'
export { RunFolderError, runFiles } from './collect/run-folder.ts'
export { type ResumeOptions, RunWriter, type RunWriterOptions } from './collect/run-writer.ts'
export { saveResult } from './collect/save-result.ts'
export { type WrittenReport, writeReport } from './collect/write-report.ts'
export { buildResult, type RunRecords } from './measure/build-result.ts'
export { dispatchDelay } from './measure/dispatch-delay.ts'
export { outputCount } from './measure/output-count.ts'
export { quantile } from './measure/quantile.ts'
export { RunMeasure, type RunOutcome } from './measure/run-measure.ts'
export { timePerOutputToken } from './measure/time-per-token.ts'
export { timeToFirstToken } from './measure/time-to-first-token.ts'
export { renderSummary } from './render/summary-table.ts'
export { AttemptBreak } from './result/attempt-break.ts'
export { ClientHealth } from './result/client-health.ts'
export { defaultLimits, Limits } from './result/limits.ts'
export { Distribution, Metric, MetricName, Metrics, WithFailures } from './result/metric.ts'
export { PhaseSpan } from './result/phase-span.ts'
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
  EndReason,
  Identity,
  PlanFacts,
  planFacts,
  RunFile,
  RunHeader,
  RunTarget,
} from './result/run-header.ts'
