import type { Corpus, SubagentTimeBasis, TraceFormatName } from '../corpus.ts'
import type { Problem } from '../problem.ts'
import type { BlockHashes, LongIntegers } from './hash-numbers.ts'

/** A format of trace files: how one is told by its content, and how it is read. */
export interface TraceFormat {
  readonly name: TraceFormatName
  /** As a reader of ours is told it. */
  readonly title: string
  /** Whether a file whose first record this is must be of the format. */
  recognises(record: unknown): boolean
  /** Whether integers that a double cannot hold come to the reader as text. */
  readonly longIntegers?: true
  /** Keys whose lists of 64-bit integers come to the reader beside the record, which has their index in their place. */
  readonly longLists?: readonly string[]
  /** The same for lists of 32-bit integers, each of which mostly begins as the one before; where any holds something else, all stay in the record. */
  readonly blockLists?: readonly string[]
  reader(options: FormatOptions, notes: ReaderNotes): FormatReader
}

/** Lists that were taken out of a record; valid until the next record is read. */
export interface LiftedLists {
  readonly long?: readonly LongIntegers[]
  readonly blocks?: readonly Uint32Array[]
}

export interface FormatOptions {
  /** WEKA: what the times of subagents stand for, whatever the traces show. */
  readonly subagentTimes?: SubagentTimeBasis
  /** WEKA: whether agents that were recorded as one list are told apart. */
  readonly splitAgents: 'auto' | 'always' | 'never'
}

/** Makes one corpus of the records of all files, which come in their order. */
export interface FormatReader {
  /** Records that are used so far. */
  readonly used: number
  /**
   * @throws InvalidTrace for a record that cannot be used; the others can.
   * @throws TraceError where nothing can be done with any.
   */
  add(record: unknown, place: RecordPlace, lists?: LiftedLists): void
  /**
   * After the last record, and only if any is used.
   *
   * @throws TraceError where the records do not belong into one corpus.
   */
  finish(): Recording
}

/** What is to be said of the records that concerns no whole record. */
export interface ReaderNotes {
  unknownField(name: string, file: string): void
  warn(problem: Omit<Problem, 'severity'>): void
}

/** A turn by the ids of its trace and session, and its index. */
export interface TurnName {
  readonly trace: string
  readonly session: string
  readonly turn: number
}

export interface RecordPlace {
  readonly file: string
  /** Absent where the file is one record. */
  readonly line?: number
}

/** What every format comes to: the corpus, with whatever only all records together can tell. */
export interface Recording {
  /** Traces in any order. */
  readonly corpus: Omit<Corpus, 'digest'>
  readonly problems: readonly Problem[]
  /** Traces whose own subagent times do not fit the origin's. */
  readonly contraryTraces: number
  /** Where a turn was read. */
  placeOf(address: TurnName): RecordPlace | undefined
  /** What the block ids stand for, where the format has hashes in their place. */
  readonly blockHashes?: BlockHashes
}
