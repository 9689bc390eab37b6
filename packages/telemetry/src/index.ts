export type { MetricsSource, PhaseEdge, SamplesHead } from './samples/sample-line.ts'
