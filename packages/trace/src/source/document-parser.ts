import type { LiftedLists, TraceFormat } from '../recording/trace-format.ts'
import { BlockListLifter } from './lift-block-lists.ts'
import { ListLifter } from './lift-integer-lists.ts'
import { InvalidJson, parseJson } from './parse-json.ts'
import { quoteLongIntegers } from './quote-long-integers.ts'
import type { TraceDocument } from './read-documents.ts'

/** The value of a document, and the lists that were taken out of it before it was parsed. */
export interface ParsedDocument {
  readonly record: unknown
  /** Valid until the next document is parsed. */
  readonly lists?: LiftedLists
}

/** Parses documents as the reader of a format wants them. */
export class DocumentParser {
  readonly #longIntegers: boolean
  readonly #long: ListLifter | undefined
  readonly #blocks: BlockListLifter | undefined

  constructor({ longIntegers, longLists, blockLists }: Pick<TraceFormat, 'longIntegers' | 'longLists' | 'blockLists'>) {
    this.#longIntegers = longIntegers ?? false
    this.#long = longLists && new ListLifter(longLists)
    this.#blocks = blockLists && new BlockListLifter(blockLists)
  }

  /** @throws InvalidJson */
  parse(document: TraceDocument): ParsedDocument {
    if ('row' in document) return { record: document.row }
    const { bytes } = document
    if (this.#long) {
      const { text, lists: long } = this.#long.lift(bytes)
      return { record: parseJson(text), lists: { long } }
    }
    if (this.#longIntegers) return { record: parseJson(quoteLongIntegers(bytes.toString('utf8'))) }
    return this.#withoutBlocks(bytes) ?? { record: parseJson(bytes.toString('utf8')) }
  }

  /** Undefined for a text that is no JSON too: where it stops being so is told of the whole of it. */
  #withoutBlocks(bytes: Buffer): ParsedDocument | undefined {
    const lifted = this.#blocks?.lift(bytes)
    if (!lifted) return undefined
    try {
      const { text, blocks } = lifted
      return { record: parseJson(text), lists: { blocks } }
    } catch (error) {
      if (error instanceof InvalidJson) return undefined
      throw error
    }
  }
}
