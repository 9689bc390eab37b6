export { type Amount, amounts, type Level, type ServerLatency } from './engines/engine-names.ts'
export { kvPoolInLog, type LoggedPool } from './engines/kv-pool-in-log.ts'
export { type SeriesRole, seriesRoles } from './engines/series-roles.ts'
export { parsePage } from './page/parse-page.ts'
export { parseSeriesKey } from './page/parse-series-key.ts'
export { PowerLine, PowerMeterName, powerMeters } from './power/power-line.ts'
export {
  type MetricsSource,
  type PhaseEdge,
  type ProblemLine,
  type SampleLine,
  type SamplesHead,
  ScrapeProblem,
  ServerMetricsLine,
} from './samples/sample-line.ts'
export { SourcePages } from './samples/source-pages.ts'
