import { printable } from '@reprise/safe-text'
import { TraceError } from '../../problem.ts'
import { buildTraces } from '../../recording/build-traces.ts'
import { IdNumbers } from '../../recording/id-numbers.ts'
import { InvalidTrace } from '../../recording/invalid-trace.ts'
import { PlacesOfTurns } from '../../recording/places-of-turns.ts'
import type { FormatReader, ReaderNotes, Recording, RecordPlace } from '../../recording/trace-format.ts'
import { blockSizeOf } from './block-size-of.ts'
import { linkRows, type PlacedRow } from './link-rows.ts'
import { parseMooncakeRow } from './parse.ts'

/** A record is a request. Rows of one session make a session; a row without one is a trace of its own. */
export class MooncakeReader implements FormatReader {
  readonly #rows: PlacedRow[] = []
  readonly #lineOfRequest = new Map<string, number | undefined>()
  readonly #numbers = new IdNumbers()
  readonly #notes: ReaderNotes
  #file: string | undefined

  constructor(notes: ReaderNotes) {
    this.#notes = notes
  }

  get used(): number {
    return this.#rows.length
  }

  add(record: unknown, place: RecordPlace): void {
    this.#refuseSecondFile(place.file)
    const row = parseMooncakeRow(record, {
      numbers: this.#numbers,
      unknownField: (name) => this.#notes.unknownField(name, place.file),
    })
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
    const { blockSize, blockSizeFrom } = blockSizeOf(this.#rows.map(({ row }) => row))
    const { requests, problems } = linkRows(this.#rows, { blockSize, freshId: () => this.#numbers.fresh() })
    const traces = buildTraces(requests, blockSize)
    const origin = { format: 'mooncake', blockSizeFrom } as const
    const places = new PlacesOfTurns()
    for (const [index, { session }] of requests.entries()) places.add(session, this.#rows[index]!.place)
    return {
      corpus: { schema: 'corpus/1', blockSize, blockScope: 'global', origin, traces },
      problems,
      contraryTraces: 0,
      placeOf: ({ session, turn }) => places.of(session, turn),
    }
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
