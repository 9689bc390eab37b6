import type { Losses } from '../convert/losses.ts'
import type { RecordPlace } from '../recording/trace-format.ts'
import type { LoggedRequest } from './logged-request.ts'
import type { PromptChains } from './prompt-chains.ts'

/** Makes requests of the records of log files, which come file by file. */
export interface LogReader {
  add(record: unknown, place: RecordPlace): void
  /** After the last record. */
  requests(): LoggedRequest[]
}

/** A kind of log, told by what its records are. */
export interface LogKind {
  readonly name: LogName
  readonly title: string
  recognises(record: unknown): boolean
  reader(chains: PromptChains, losses: Losses): LogReader
}

export type LogName = 'claude-code' | 'codex' | 'otel' | 'openai'
