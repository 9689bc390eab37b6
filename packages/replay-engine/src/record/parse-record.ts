import { printable } from '@reprise/safe-text'
import { RequestRecord } from './request-record.ts'

/** A line of a records file that is not a record; the message names the line. */
export class RecordError extends Error {
  override readonly name = 'RecordError'
}

/** A record as one line of JSON, without the line end and without the checksum of a journal. Keys stand in the order in which `recordOf` sets them. */
export function renderRecord(record: RequestRecord): string {
  return JSON.stringify(record)
}

/** @throws RecordError when the text is not a record of this version. `line`, from 1, is for the message. */
export function parseRecord(text: string, line = 1): RequestRecord {
  return recordFrom(parseJson(text, line), line)
}

function recordFrom(value: unknown, line: number): RequestRecord {
  const parsed = RequestRecord.safeParse(value)
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0]!
  throw new RecordError(
    `records line ${line}: ${printable(path.join('.')) || 'record'}: ${printable(message)}; read it with the version that wrote it`,
  )
}

function parseJson(text: string, line: number): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new RecordError(`records line ${line} is not complete JSON; restore the file or remove the line`)
  }
}
