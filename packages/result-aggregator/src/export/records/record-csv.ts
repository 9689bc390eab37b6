import type { ExportedRun } from '../run/exported-run.ts'
import { csvLine } from './csv-line.ts'
import { recordColumns } from './record-columns.ts'

/** The table of requests as CSV, a line each, in the order in which they ended, those of warm-up included. */
export async function* recordCsv({ records, shapes }: ExportedRun): AsyncGenerator<string> {
  yield csvLine(recordColumns.map(({ name }) => name))
  for await (const record of records()) {
    const shape = shapes.get(record.trace)
    yield csvLine(recordColumns.map(({ read }) => read(record, shape)))
  }
}
