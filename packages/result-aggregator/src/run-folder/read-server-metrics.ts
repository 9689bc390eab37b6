import { join } from 'node:path'
import type { PhaseSpan, Plan } from '@reprise/replay-engine'
import { printable } from '@reprise/safe-text'
import { ServerMetricsLine } from '@reprise/telemetry'
import { z } from 'zod'
import { profilingWindows } from '../measure/profiling-windows.ts'
import { ServerMeasure } from '../measure/server/server-measure.ts'
import { exists } from './make-folder.ts'
import { maxBytes } from './max-bytes.ts'
import { readJournal } from './read-journal.ts'
import { RunFolderError, runFiles } from './run-folder.ts'

/**
 * What the server told of itself beside a run; `undefined` where nothing was sampled.
 *
 * @throws RunFolderError where the file is not what a sampler wrote.
 */
export async function readServerMetrics(
  folder: string,
  { load, phases }: { readonly load: Plan['load']; readonly phases: readonly PhaseSpan[] },
): Promise<ServerMeasure | undefined> {
  const path = join(folder, runFiles.serverMetrics)
  if (!(await exists(path))) return undefined
  // What has no end, as of a run that was killed, gives no figures.
  const windows = profilingWindows(load, phases).map((window) => ({ ...window, endMs: endOf(window, phases) }))
  const measure = new ServerMeasure(windows.filter(({ startMs, endMs }) => endMs > startMs))
  for await (const { json, number } of readJournal(path, { maxBytes: maxBytes.serverMetrics })) {
    try {
      measure.add(ServerMetricsLine.parse(JSON.parse(json)))
    } catch (error) {
      throw new RunFolderError(path, `line ${number} is not what a sampler wrote (${problemOf(error)})`)
    }
  }
  return measure
}

/** A load that ends by itself has a window without an end; its phase has one. */
function endOf({ startMs, endMs }: { startMs: number; endMs: number }, phases: readonly PhaseSpan[]): number {
  if (Number.isFinite(endMs)) return endMs
  return phases.findLast((span) => span.phase === 'profiling' && span.startMs === startMs)?.endMs ?? startMs
}

function problemOf(error: unknown): string {
  if (error instanceof z.ZodError) return printable(z.prettifyError(error), 200)
  if (error instanceof RangeError || error instanceof SyntaxError) return printable(error.message, 200)
  throw error
}
