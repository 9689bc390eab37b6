import { printable } from '@reprise/safe-text'
import { detectFormat, usualFormat } from '../formats/detect-format.ts'
import { foreignFormat } from '../formats/foreign-format.ts'
import { detectLog } from '../import/detect-log.ts'
import type { Problem } from '../problem.ts'
import { TraceError } from '../problem.ts'
import { InvalidTrace } from '../recording/invalid-trace.ts'
import type { FormatOptions, FormatReader, Recording, RecordPlace, TraceFormat } from '../recording/trace-format.ts'
import { UnknownFields } from '../recording/unknown-fields.ts'
import { DocumentParser, type ParsedDocument } from './document-parser.ts'
import { InvalidJson } from './parse-json.ts'
import { CutOffFile, UnreadableFile } from './plain-file.ts'
import type { TraceDocument } from './read-documents.ts'

/** Something else may have the name of a trace file, and millions of lines. */
const maxBadLines = 1000
const tooManyBadLines = `${maxBadLines} lines of it are no traces, so the rest is not read; check what the file is`

/** Reads files one after the other, tells the format by the first record of each, and collects what is wrong with them. */
export class Reading {
  readonly leftOut = { filesLeftOut: 0, recordsLeftOut: 0 }
  readonly #options: FormatOptions
  readonly #problems: Problem[] = []
  readonly #unknownFields = new UnknownFields()
  /** What a first record is parsed by, which tells the format. */
  readonly #usual = new DocumentParser(usualFormat)
  #errors = 0
  #known: KnownFormat | undefined

  constructor(options: FormatOptions) {
    this.#options = options
  }

  get used(): number {
    return this.#known?.reader.used ?? 0
  }

  /** `documents`: of the file. @throws TraceError for a file of another format than those before it, and where nothing can be done with any. */
  async addFile(file: string, documents: AsyncIterable<TraceDocument>): Promise<void> {
    const [used, errors] = [this.used, this.#errors]
    let found: KnownFormat | undefined
    let count = 0
    try {
      for await (const document of documents) {
        count += 1
        const { line } = document
        const place = { file, ...(line !== undefined && { line }) }
        this.#orReject(place, () => {
          const first = found ? undefined : this.#usual.parse(document)
          found ??= this.#knownAs(first!.record, file)
          found.add(first && found.format === usualFormat ? first : found.parser.parse(document), place)
        })
        const bad = this.#errors - errors
        if (bad >= maxBadLines && bad > this.used - used) throw new UnreadableFile(tooManyBadLines)
      }
      if (count === 0)
        this.#reject({ code: 'file', file, message: 'no traces in this file; remove it or fetch it again' })
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error
      this.#reject({ code: error instanceof CutOffFile ? 'cut-off' : 'file', file, message: error.message })
    }
    if (this.used === used) this.leftOut.filesLeftOut += 1
    else this.leftOut.recordsLeftOut += this.#errors - errors
  }

  /** So far; what all records together show comes with `finish`. */
  problems(): Problem[] {
    return [...this.#problems, ...this.#unknownFields.problems()]
  }

  /** Only where any record is used. @throws TraceError */
  finish(): Recording {
    return this.#known!.reader.finish()
  }

  /** The reader for a file that begins with this record. @throws UnreadableFile for one that is known to be something else. */
  #knownAs(record: unknown, file: string): KnownFormat {
    const foreign = foreignFormat(record)
    if (foreign !== undefined) throw new UnreadableFile(foreign)
    const format = detectFormat(record)
    const log = format ? undefined : detectLog(record)
    if (log)
      throw new UnreadableFile(`${log.title}, and no trace; make one of it: npx reprise trace import FILE --out FOLDER`)
    if (!format && !this.#known) refuseUnknown(record)
    if (!format) return this.#known ?? this.#knownFormat(usualFormat, file)
    this.#known ??= this.#knownFormat(format, file)
    if (this.#known.format === format) return this.#known
    const files = `${printable(this.#known.file, 300)} (${this.#known.format.title}) and ${printable(file, 300)} (${format.title})`
    throw new TraceError(`traces of different formats, in ${files}; put each format into a folder of its own`)
  }

  #knownFormat(format: TraceFormat, file: string): KnownFormat {
    const reader = format.reader(this.#options, {
      unknownField: (name, of) => this.#unknownFields.add(name, of),
      warn: (problem) => this.#problems.push({ severity: 'warning', ...problem }),
    })
    const parser = format === usualFormat ? this.#usual : new DocumentParser(format)
    return new KnownFormat(format, reader, parser, file)
  }

  #orReject({ file, line }: RecordPlace, use: () => void): void {
    try {
      use()
    } catch (error) {
      if (error instanceof InvalidTrace) {
        const { code, trace, message } = error
        this.#reject({
          code,
          file,
          ...(line !== undefined && { line }),
          ...(trace !== undefined && { trace }),
          message,
        })
      } else if (error instanceof InvalidJson) {
        const { column, message } = error
        const place = line ?? error.line
        this.#reject({
          code: 'json',
          file,
          ...(place !== undefined && { line: place }),
          ...(column !== undefined && { column }),
          message,
        })
      } else {
        throw error
      }
    }
  }

  #reject(problem: Omit<Problem, 'severity'>): void {
    this.#errors += 1
    this.#problems.push({ severity: 'error', ...problem })
  }
}

/** @throws UnreadableFile for an object that has nothing of what is read: what its fields lack would say little. */
function refuseUnknown(record: unknown): void {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return
  const names = Object.keys(record)
  if (names.length === 0 || usualFields.some((field) => field in record)) return
  const shown = names.slice(0, 8).map((name) => printable(name, 40))
  throw new UnreadableFile(
    `in no format that is read, with the fields ${shown.join(', ')}${names.length > shown.length ? ', ...' : ''}; 'reprise help traces' says what is`,
  )
}

/** Of a trace of the usual format, one of which is in what is meant to be one. */
const usualFields = ['id', 'requests', 'block_size', 'models']

/** A format, its reader, and how records come to that. */
class KnownFormat {
  readonly format: TraceFormat
  readonly reader: FormatReader
  readonly parser: DocumentParser
  /** The first file of the format. */
  readonly file: string

  constructor(format: TraceFormat, reader: FormatReader, parser: DocumentParser, file: string) {
    this.format = format
    this.reader = reader
    this.parser = parser
    this.file = file
  }

  /**
   * What the reader says of a record of another format is not what is wrong with it.
   *
   * @throws InvalidTrace, TraceError
   */
  add({ record, lists }: ParsedDocument, place: RecordPlace): void {
    try {
      this.reader.add(record, place, lists)
    } catch (error) {
      const other = error instanceof InvalidTrace && error.code === 'record' ? detectFormat(record) : undefined
      if (!other || other === this.format) throw error
      throw new InvalidTrace(
        `a record of another format (${other.title}) among those of ${this.format.title}; put each format into files of its own`,
      )
    }
  }
}
