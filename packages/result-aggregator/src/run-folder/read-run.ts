import { join } from 'node:path'
import { type PhaseSpan, parseRecord, RecordError, type RequestRecord } from '@reprise/replay-engine'
import { printable } from '@reprise/safe-text'
import { z } from 'zod'
import type { AttemptBreak } from '../result/attempt-break.ts'
import { parseBoundedJson, UnsafeJsonError } from '../result/parse-bounded-json.ts'
import { RunFile } from '../result/run-header.ts'
import { maxBytes } from './max-bytes.ts'
import { readPlainFile } from './open-plain-file.ts'
import { readJournal } from './read-journal.ts'
import { readPhases } from './read-phases.ts'
import { RunFolderError, runFiles } from './run-folder.ts'

/** A run as it lies in its folder. */
export interface StoredRun {
  readonly run: RunFile
  /** In the order in which they began; a phase may come once more after a break. */
  readonly phases: readonly PhaseSpan[]
  /** Where the run broke off and was resumed. */
  readonly breaks: readonly AttemptBreak[]
  /**
   * Reads the records from the start, one at a time. A torn last line is told to `onTorn` and left out.
   * Throws RunFolderError on any other line that is not as it was written.
   */
  records(onTorn?: (line: number) => void): AsyncGenerator<RequestRecord>
}

/**
 * Opens a run's folder; records are read as they are asked for.
 *
 * @throws RunFolderError when it is not a run's folder, or its header is not readable.
 */
export async function readRun(folder: string): Promise<StoredRun> {
  const run = await readHeader(join(folder, runFiles.header))
  const { phases, breaks } = await readPhases(join(folder, runFiles.phases))
  return { run, phases, breaks, records: (onTorn) => readRecords(join(folder, runFiles.records), onTorn) }
}

async function readHeader(path: string): Promise<RunFile> {
  const text = await readPlainFile(path, maxBytes.header)
  try {
    return RunFile.parse(parseBoundedJson(text))
  } catch (error) {
    const isOdd = error instanceof z.ZodError || error instanceof UnsafeJsonError
    if (!isOdd) throw error
    const problem = error instanceof z.ZodError ? z.prettifyError(error) : error.message
    throw new RunFolderError(
      path,
      `not the header of a run (${printable(problem, 300)})`,
      'Restore the file, or run again.',
    )
  }
}

async function* readRecords(path: string, onTorn?: (line: number) => void): AsyncGenerator<RequestRecord> {
  const options = { maxBytes: maxBytes.records, ...(onTorn && { onTorn }) }
  for await (const { json, number } of readJournal(path, options)) yield recordFrom(path, json, number)
}

function recordFrom(path: string, json: string, line: number): RequestRecord {
  try {
    return parseRecord(json, line)
  } catch (error) {
    throw error instanceof RecordError ? new RunFolderError(path, error.message) : error
  }
}
