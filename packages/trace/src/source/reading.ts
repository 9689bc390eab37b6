import { printable } from '@reprise/safe-text'
import { detectFormat, usualFormat } from '../formats/detect-format.ts'
import type { Problem } from '../problem.ts'
import { TraceError } from '../problem.ts'
import { InvalidTrace } from '../recording/invalid-trace.ts'
import type { FormatOptions, FormatReader, Recording, RecordPlace, TraceFormat } from '../recording/trace-format.ts'
import { UnknownFields } from '../recording/unknown-fields.ts'
import { InvalidJson, parseJson } from './parse-json.ts'
import { CutOffFile, UnreadableFile } from './plain-file.ts'
import { quoteLongIntegers } from './quote-long-integers.ts'
import { readDocuments } from './read-documents.ts'

/** Something else may have the name of a trace file, and millions of lines. */
const maxBadLines = 1000
const tooManyBadLines = `${maxBadLines} lines of it are no traces, so the rest is not read; check what the file is`

/** Reads files one after the other, tells the format by the first record of each, and collects what is wrong with them. */
export class Reading {
  readonly leftOut = { filesLeftOut: 0, recordsLeftOut: 0 }
  readonly #options: FormatOptions
  readonly #problems: Problem[] = []
  readonly #unknownFields = new UnknownFields()
  #errors = 0
  #known: Known | undefined

  constructor(options: FormatOptions) {
    this.#options = options
  }

  get used(): number {
    return this.#known?.reader.used ?? 0
  }

  /** @throws TraceError for a file of another format than those before it, and where nothing can be done with any. */
  async addFile(file: string): Promise<void> {
    const [used, errors] = [this.used, this.#errors]
    let found: Known | undefined
    let documents = 0
    try {
      for await (const { text, line } of readDocuments(file)) {
        documents += 1
        const place = { file, ...(line !== undefined && { line }) }
        this.#orReject(place, () => {
          const record = parseJson(found?.format.longIntegers ? quoteLongIntegers(text) : text)
          if (found) return found.reader.add(record, place)
          found = this.#knownAs(record, file)
          found.reader.add(found.format.longIntegers ? parseJson(quoteLongIntegers(text)) : record, place)
        })
        const bad = this.#errors - errors
        if (bad >= maxBadLines && bad > this.used - used) throw new UnreadableFile(tooManyBadLines)
      }
      if (documents === 0)
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

  /** The reader for a file that begins with this record. */
  #knownAs(record: unknown, file: string): Known {
    const format = detectFormat(record)
    if (!format) return this.#known ?? { format: usualFormat, reader: this.#readerOf(usualFormat), file }
    this.#known ??= { format, reader: this.#readerOf(format), file }
    if (this.#known.format === format) return this.#known
    const files = `${printable(this.#known.file, 300)} (${this.#known.format.title}) and ${printable(file, 300)} (${format.title})`
    throw new TraceError(`traces of different formats, in ${files}; put each format into a folder of its own`)
  }

  #readerOf(format: TraceFormat): FormatReader {
    return format.reader(this.#options, {
      unknownField: (name, file) => this.#unknownFields.add(name, file),
      warn: (problem) => this.#problems.push({ severity: 'warning', ...problem }),
    })
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

interface Known {
  readonly format: TraceFormat
  readonly reader: FormatReader
  /** The first file of the format. */
  readonly file: string
}
