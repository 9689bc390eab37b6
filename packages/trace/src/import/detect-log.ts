import { claudeCode } from './claude-code.ts'
import { codex } from './codex.ts'
import type { LogKind } from './log-reader.ts'
import { openai } from './openai.ts'
import { otel } from './otel.ts'

/** In the order in which a record is asked. */
export const logKinds: readonly LogKind[] = [otel, codex, claudeCode, openai]

/** The kind of log that a record is of; undefined where it is of none that is known. */
export function detectLog(record: unknown): LogKind | undefined {
  return logKinds.find((kind) => kind.recognises(record))
}

/** As the user says them. */
export const logNames = logKinds.map(({ name }) => name)
