import type { PhaseSpan, RequestRecord } from '@reprise/replay-engine'
import type { ServerMetricsLine } from '@reprise/telemetry'
import type { TreeShape } from '../../measure/tree-shapes.ts'
import type { Result } from '../../result/result.ts'
import type { PublishedIdentity } from './published-identity.ts'

/** A run as others are told of it. */
export interface ExportedRun {
  /** For files: that of its folder, fit for a path. */
  readonly name: string
  readonly result: Result
  readonly identity: PublishedIdentity
  /** By the id of a trace. */
  readonly shapes: ReadonlyMap<string, TreeShape>
  readonly blockSize: number
  /** Those that count, as they are measured: none that a break cut short and that was sent again. May be read several times. */
  readonly records: () => AsyncIterable<RequestRecord>
  /** Absent: its server was not sampled. */
  readonly server?: SampledServer
}

/** What a sampler kept of the pages of a server, beside the phases of the run. */
export interface SampledServer {
  readonly phases: readonly PhaseSpan[]
  readonly lines: () => AsyncIterable<ServerMetricsLine>
}

/** A file to be written. `path` is below the folder of the export, its parts apart by `/`. */
export interface ExportedFile {
  readonly path: string
  readonly content: string | Uint8Array | AsyncIterable<string>
}
