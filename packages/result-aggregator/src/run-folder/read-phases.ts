import { PhaseSpan } from '@reprise/replay-engine'
import { printable } from '@reprise/safe-text'
import { z } from 'zod'
import { AttemptBreak } from '../result/attempt-break.ts'
import { maxBytes } from './max-bytes.ts'
import { readJournal } from './read-journal.ts'
import { RunFolderError } from './run-folder.ts'

/** What `phases.jsonl` tells. */
export interface StoredPhases {
  /** In the order in which they began. One without an end was still on when the file breaks off. */
  readonly phases: readonly PhaseSpan[]
  readonly breaks: readonly AttemptBreak[]
}

const Line = z.union([PhaseSpan, AttemptBreak])

/**
 * Phases and breaks of a run. A phase that a break cut off ends at the instant at which the run goes on. A torn last line is left out.
 *
 * @throws RunFolderError when the file cannot be read or was damaged.
 */
export async function readPhases(path: string): Promise<StoredPhases> {
  const phases: PhaseSpan[] = []
  const breaks: AttemptBreak[] = []
  for await (const { json, number } of readJournal(path, { maxBytes: maxBytes.phases })) {
    const line = Line.safeParse(parseJson(json))
    if (!line.success) {
      const problem = printable(z.prettifyError(line.error), 200)
      throw new RunFolderError(path, `line ${number} is neither a phase nor a break (${problem})`)
    }
    if ('attempt' in line.data) {
      endOpen(phases, line.data.atMs)
      breaks.push(line.data)
    } else addSpan(phases, line.data)
  }
  return { phases, breaks }
}

/** A span is written when it begins and again, with its end, when it ends. */
function addSpan(phases: PhaseSpan[], span: PhaseSpan): void {
  const last = phases.at(-1)
  const isSame = last?.phase === span.phase && last.startMs === span.startMs
  phases.splice(isSame ? -1 : phases.length, isSame ? 1 : 0, span)
}

/** `undefined` for text that is not JSON: no line is. */
function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

function endOpen(phases: PhaseSpan[], endMs: number): void {
  const last = phases.at(-1)
  if (last && last.endMs === undefined) phases[phases.length - 1] = { ...last, endMs }
}
