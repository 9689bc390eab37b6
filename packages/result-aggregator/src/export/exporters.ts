import { profileLines } from './aiperf/profile-lines.ts'
import { profileSummary } from './aiperf/profile-summary.ts'
import { profileTallyOf } from './aiperf/profile-tally.ts'
import { serverMetricsCsv } from './aiperf/server-metrics-csv.ts'
import { serverMetricsExport } from './aiperf/server-metrics-export.ts'
import { replayReport } from './dynamo/replay-report.ts'
import { agenticResult } from './inferencex/agentic-result.ts'
import { aprilResult } from './inferencex/april-result.ts'
import { aprilCsv } from './inferencex/april-rows.ts'
import { fixedLengthResult, servingResult } from './inferencex/fixed-length.ts'
import { openMetrics } from './openmetrics/open-metrics.ts'
import { figureCsv } from './records/figure-csv.ts'
import { recordCsv } from './records/record-csv.ts'
import { recordParquet } from './records/record-parquet.ts'
import type { ExportedFile, ExportedRun } from './run/exported-run.ts'

/** A shape that others read. */
export interface ExportShape {
  /** For `--help`. */
  readonly title: string
  /** What the runs have to be of; absent: any. */
  readonly scenario?: 'agentic' | 'fixed-lengths'
  /** It is published under an identity. */
  readonly needsIdentity?: true
  /** The files of a run, below folders that no other run has; and what stands for it in the file of all runs, where the shape has one. */
  readonly files: (run: ExportedRun) => Promise<{ readonly files: readonly ExportedFile[]; readonly row?: object }>
}

/** By the word that `--as` takes. Folders of InferenceX's shapes are called as the artifacts that its dashboard takes in. */
export const exportShapes = {
  inferencex: {
    title: "InferenceX's aggregate of agentic jobs, nested, as of August 2026",
    scenario: 'agentic',
    needsIdentity: true,
    files: async (run) => {
      const tally = await profileTallyOf(run)
      const row = agenticResult(run, tally)
      const raw = `agentic_${run.name}/aiperf_artifacts`
      return {
        row,
        files: [
          { path: `bmk_agentic_${run.name}/${run.name}.json`, content: json(row) },
          { path: `${raw}/profile_export.jsonl`, content: profileLines(run) },
          { path: `${raw}/profile_export_aiperf.json`, content: json(profileSummary(run, tally)) },
          ...serverFiles(run, raw),
        ],
      }
    },
  },
  'inferencex-april': {
    title: "InferenceX's aggregate of agentic jobs, flat, as of April 2026",
    scenario: 'agentic',
    needsIdentity: true,
    files: async (run) => {
      const row = await aprilResult(run)
      return {
        row,
        files: [
          { path: `bmk_agentic_${run.name}/${run.name}.json`, content: json(row) },
          { path: `agentic_${run.name}/trace_replay/detailed_results.csv`, content: aprilCsv(run) },
        ],
      }
    },
  },
  'fixed-length': {
    title: "InferenceX's results of fixed lengths, and those of benchmark_serving.py that they are made of",
    scenario: 'fixed-lengths',
    needsIdentity: true,
    files: async (run) => {
      const serving = servingResult(run, await profileTallyOf(run))
      const row = fixedLengthResult(run.identity, serving)
      return {
        row,
        files: [
          { path: `bmk_${run.name}/agg_${run.name}.json`, content: json(row) },
          { path: `serving_${run.name}/${run.name}.json`, content: json(serving) },
        ],
      }
    },
  },
  aiperf: {
    title: "AIPerf's profile_export.jsonl, profile_export_aiperf.json and server_metrics_export.*",
    files: async (run) => ({
      files: [
        { path: `${run.name}/profile_export.jsonl`, content: profileLines(run) },
        {
          path: `${run.name}/profile_export_aiperf.json`,
          content: json(profileSummary(run, await profileTallyOf(run))),
        },
        ...serverFiles(run, run.name),
      ],
    }),
  },
  csv: {
    title: 'requests.csv, a line for each request, and figures.csv, every number of the result',
    files: async (run) => ({
      files: [
        { path: `${run.name}/requests.csv`, content: recordCsv(run) },
        { path: `${run.name}/figures.csv`, content: figureCsv(run.result) },
      ],
    }),
  },
  parquet: {
    title: 'requests.parquet, a row for each request',
    files: async (run) => ({ files: [{ path: `${run.name}/requests.parquet`, content: await recordParquet(run) }] }),
  },
  dynamo: {
    title: "report.json, the flat keys of Dynamo's replay (--report-json)",
    files: async (run) => ({ files: [{ path: `${run.name}/report.json`, content: json(await replayReport(run)) }] }),
  },
  openmetrics: {
    title: 'metrics.txt, the figures of the result as OpenMetrics text',
    files: async (run) => ({
      files: [{ path: `${run.name}/metrics.txt`, content: openMetrics(run.result, run.name) }],
    }),
  },
} as const satisfies Record<string, ExportShape>

export type ExportShapeName = keyof typeof exportShapes

/** Only of a run whose server was sampled. */
function serverFiles(run: ExportedRun, folder: string): ExportedFile[] {
  const { server } = run
  if (!server) return []
  return [
    { path: `${folder}/server_metrics_export.json`, content: serverMetricsExport(run, server) },
    { path: `${folder}/server_metrics_export.csv`, content: serverMetricsCsv(run, server) },
  ]
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
