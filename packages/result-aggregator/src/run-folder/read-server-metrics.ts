import { join } from 'node:path'
import type { PhaseSpan, Plan } from '@reprise/replay-engine'
import { printable } from '@reprise/safe-text'
import { PowerLine, ServerMetricsLine } from '@reprise/telemetry'
import { z } from 'zod'
import { endedWindows } from '../measure/ended-windows.ts'
import { PowerMeasure } from '../measure/power/power-measure.ts'
import { ServerMeasure } from '../measure/server/server-measure.ts'
import { exists } from './make-folder.ts'
import { maxBytes } from './max-bytes.ts'
import { readJournal } from './read-journal.ts'
import { RunFolderError, runFiles } from './run-folder.ts'

interface WindowsOf {
  readonly load: Plan['load']
  readonly phases: readonly PhaseSpan[]
}

/**
 * What the server told of itself beside a run; `undefined` where nothing was sampled.
 *
 * @throws RunFolderError where the file is not what a sampler wrote.
 */
export async function readServerMetrics(folder: string, of: WindowsOf): Promise<ServerMeasure | undefined> {
  const file = { path: join(folder, runFiles.serverMetrics), schema: ServerMetricsLine }
  return (await exists(file.path)) ? readInto(new ServerMeasure(endedWindows(of)), file) : undefined
}

/** What accelerators drew beside a run, likewise. @throws RunFolderError likewise. */
export async function readPower(folder: string, of: WindowsOf): Promise<PowerMeasure | undefined> {
  const file = { path: join(folder, runFiles.power), schema: PowerLine }
  return (await exists(file.path)) ? readInto(new PowerMeasure(endedWindows(of)), file) : undefined
}

/** Its lines themselves; `undefined` where nothing was sampled. Each reading throws as `readServerMetrics` does. */
export async function serverMetricsLines(
  folder: string,
): Promise<(() => AsyncGenerator<ServerMetricsLine>) | undefined> {
  const file = { path: join(folder, runFiles.serverMetrics), schema: ServerMetricsLine }
  return (await exists(file.path)) ? () => linesOf(file) : undefined
}

async function readInto<Line, Measure extends { add(line: Line): void }>(
  measure: Measure,
  file: SampledFile<Line>,
): Promise<Measure> {
  let number = 0
  for await (const line of linesOf(file)) {
    number += 1
    try {
      measure.add(line)
    } catch (error) {
      throw strayLine(file.path, number, error)
    }
  }
  return measure
}

interface SampledFile<Line> {
  readonly path: string
  readonly schema: z.ZodType<Line>
}

async function* linesOf<Line>({ path, schema }: SampledFile<Line>): AsyncGenerator<Line> {
  for await (const { json, number } of readJournal(path, { maxBytes: maxBytes.serverMetrics })) {
    let line: Line
    try {
      line = schema.parse(JSON.parse(json))
    } catch (error) {
      throw strayLine(path, number, error)
    }
    yield line
  }
}

function strayLine(path: string, number: number, error: unknown): RunFolderError {
  return new RunFolderError(path, `line ${number} is not what a sampler wrote (${problemOf(error)})`)
}

function problemOf(error: unknown): string {
  if (error instanceof z.ZodError) return printable(z.prettifyError(error), 200)
  if (error instanceof RangeError || error instanceof SyntaxError) return printable(error.message, 200)
  throw error
}
