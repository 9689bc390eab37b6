import { printable } from '@reprise/safe-text'
import { type Problem, TraceError } from '../../problem.ts'
import { buildTraces, type RecordedRequest } from '../../recording/build-traces.ts'
import { InvalidTrace } from '../../recording/invalid-trace.ts'
import { PlacesOfTurns } from '../../recording/places-of-turns.ts'
import { rankNames } from '../../recording/rank-names.ts'
import type { FormatReader, Recording, RecordPlace } from '../../recording/trace-format.ts'

/** A request of which only this is known. */
export interface LengthsRow {
  /** On any one clock. */
  readonly startMs: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly model: string
  readonly session?: string
}

interface LengthsFormat {
  readonly format: 'azure' | 'burstgpt'
  /** A request that got no token is one that failed. */
  readonly emptyReplyIsFailure?: true
  parse(cells: Readonly<Record<string, unknown>>): LengthsRow
}

/** What most engines have; nothing depends on it, since no two requests share a block. */
const blockSize = 64

/** A record is a request. No format of this kind says what a prompt holds, so each gets blocks of its own, and that is told. */
export class LengthsReader implements FormatReader {
  readonly #format: LengthsFormat
  readonly #rows: (LengthsRow & { readonly place: RecordPlace })[] = []
  #failures = 0

  constructor(format: LengthsFormat) {
    this.#format = format
  }

  get used(): number {
    return this.#rows.length
  }

  add(record: unknown, place: RecordPlace): void {
    if (typeof record !== 'object' || record === null) throw new InvalidTrace('a row of a table is expected; remove it')
    const row = this.#format.parse(record as Record<string, unknown>)
    if (this.#format.emptyReplyIsFailure && row.outputTokens === 0) this.#failures += 1
    this.#rows.push({ ...row, place })
  }

  finish(): Recording {
    const names = rankNames(this.#rows.map(({ startMs }) => startMs))
    const before = new Map<string, { readonly id: string; readonly startMs: number }>()
    let next = 0
    const places = new PlacesOfTurns()
    const inTime = [...this.#rows.keys()].sort((a, b) => this.#rows[a]!.startMs - this.#rows[b]!.startMs)
    const requests = inTime.map((index): RecordedRequest => {
      const { place, session: told, ...row } = this.#rows[index]!
      const id = names[index]!
      const session = told ?? id
      const previous = before.get(session)
      before.set(session, { id, startMs: row.startMs })
      places.add(session, place)
      const ids = new Uint32Array(Math.floor(row.inputTokens / blockSize)).map(() => next++)
      if (next > 0xffff_ffff) throw new TraceError('more than 4294967296 blocks of 64 tokens; split the file')
      const delayMs = previous ? row.startMs - previous.startMs : 0
      const needs = previous ? [{ on: previous.id, trigger: 'completion', delayMs, relation: 'sequence' } as const] : []
      return { ...row, id, session, ids, needs }
    })
    return {
      corpus: {
        schema: 'corpus/1',
        blockSize,
        blockScope: 'global',
        origin: { format: this.#format.format },
        edges: 'sequence',
        traces: buildTraces(requests, blockSize),
      },
      problems: this.#problems(),
      contraryTraces: 0,
      placeOf: ({ session, turn }) => places.of(session, turn),
    }
  }

  #problems(): Problem[] {
    const { file } = this.#rows[0]!.place
    const message =
      'lengths and times alone are recorded: every request got blocks of its own, so no prompt shares anything with another, and hit rates mean nothing'
    const known: Problem = { severity: 'warning', code: 'lengths-only', file, message }
    if (this.#failures === 0) return [known]
    const failed = `${this.#failures} requests without a reply, which the recorder counts as failed; they are kept`
    return [known, { ...known, message: failed }]
  }
}

const maxima = { whole: 100_000_000, seconds: 1e10 }

/** @throws InvalidTrace where the cell is no number from 0 to what a trace can hold. */
export function numberIn(cells: Readonly<Record<string, unknown>>, column: string, { whole = true } = {}): number {
  const cell = cells[column]
  if (cell === undefined) throw new InvalidTrace(`no column ${column}; add it`)
  const number = Number(cell)
  const isGood = cell !== '' && number >= 0 && number <= (whole ? maxima.whole : maxima.seconds)
  // A writer that held its lengths as floats adds a point.
  if (isGood && (!whole || Number.isInteger(number))) return number
  const found = printable(String(cell), 40)
  throw new InvalidTrace(
    `${column}: expected a ${whole ? 'whole ' : ''}number from 0, found "${found}"; correct the row or remove it`,
  )
}
