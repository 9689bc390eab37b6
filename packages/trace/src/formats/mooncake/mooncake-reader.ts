import { printable } from '@reprise/safe-text'
import type { EdgeSource, TraceOrigin } from '../../corpus.ts'
import { TraceError } from '../../problem.ts'
import { buildTraces } from '../../recording/build-traces.ts'
import { IdNumbers } from '../../recording/id-numbers.ts'
import { InvalidTrace } from '../../recording/invalid-trace.ts'
import { PlacesOfTurns } from '../../recording/places-of-turns.ts'
import type { FormatReader, ReaderNotes, Recording, RecordPlace } from '../../recording/trace-format.ts'
import { type AgenticHeader, isAgenticHeader, parseAgenticHeader } from './agentic-header.ts'
import { blockSizeOf } from './block-size-of.ts'
import { linkRows, type PlacedRow } from './link-rows.ts'
import { parseMooncakeRow, type RecordedRow } from './parse.ts'
import { parseAgenticRow } from './parse-agentic-row.ts'

/** A record is a request. Rows of one session make a session; a row without one is a trace of its own. */
export class MooncakeReader implements FormatReader {
  readonly #rows: PlacedRow[] = []
  readonly #lineOfRequest = new Map<string, number | undefined>()
  readonly #numbers = new IdNumbers()
  readonly #numbersOfPlay = new Map<string, IdNumbers>()
  readonly #notes: ReaderNotes
  #file: string | undefined
  #header: AgenticHeader | undefined

  constructor(notes: ReaderNotes) {
    this.#notes = notes
  }

  get used(): number {
    return this.#rows.length
  }

  add(record: unknown, place: RecordPlace): void {
    this.#refuseSecondFile(place.file)
    if (isAgenticHeader(record)) {
      this.#addHeader(record, place)
      return
    }
    const row = this.#rowOf(record, place)
    const { requestId } = row
    if (requestId !== undefined) {
      if (this.#lineOfRequest.has(requestId)) {
        const message = `this request id was already read in line ${this.#lineOfRequest.get(requestId)}; give it an id of its own, or remove one`
        throw new InvalidTrace(message, requestId, 'duplicate-id')
      }
      this.#lineOfRequest.set(requestId, place.line)
    }
    this.#rows.push({ row, place })
  }

  finish(): Recording {
    const { blockSize, blockSizeFrom } = this.#blockSize()
    const { requests, problems } = linkRows(this.#rows, { blockSize, freshId: () => this.#numbers.fresh() })
    const traces = buildTraces(requests, blockSize)
    const places = new PlacesOfTurns()
    for (const [index, { session }] of requests.entries()) places.add(session, this.#rows[index]!.place)
    return {
      corpus: {
        schema: 'corpus/1',
        blockSize,
        blockScope: this.#header ? 'local' : 'global',
        origin: { format: 'mooncake', blockSizeFrom },
        edges: this.#edges(),
        traces,
      },
      problems,
      contraryTraces: 0,
      placeOf: ({ session, turn }) => places.of(session, turn),
    }
  }

  #addHeader(record: unknown, place: RecordPlace): void {
    if (this.#header || this.#rows.length > 0)
      throw new InvalidTrace(
        'a second header, or one behind rows; it stands in the first line alone, so split the file here',
      )
    this.#header = parseAgenticHeader(record, (name) => this.#notes.unknownField(name, place.file))
  }

  #rowOf(record: unknown, { file }: RecordPlace): RecordedRow {
    const unknownField = (name: string) => this.#notes.unknownField(name, file)
    if (!this.#header) return parseMooncakeRow(record, { numbers: this.#numbers, unknownField })
    return parseAgenticRow(record, { numbersOf: (play) => this.#numbersIn(play), unknownField })
  }

  #numbersIn(play: string): IdNumbers {
    const numbers = this.#numbersOfPlay.get(play) ?? new IdNumbers()
    this.#numbersOfPlay.set(play, numbers)
    return numbers
  }

  #blockSize(): { blockSize: number; blockSizeFrom: Extract<TraceOrigin, { format: 'mooncake' }>['blockSizeFrom'] } {
    if (this.#header) return { blockSize: this.#header.block_size, blockSizeFrom: 'header' }
    return blockSizeOf(this.#rows.map(({ row }) => row))
  }

  #edges(): EdgeSource {
    return this.#header || this.#rows.some(({ row }) => row.waitFor !== undefined) ? 'explicit' : 'sequence'
  }

  /** The ids of a row mean something beside those of its own file only. */
  #refuseSecondFile(file: string): void {
    this.#file ??= file
    if (this.#file === file) return
    const files = `${printable(this.#file, 300)} and ${printable(file, 300)}`
    throw new TraceError(
      `two Mooncake files, ${files}, number their blocks each for itself; name one of them, or join the parts of one`,
    )
  }
}
