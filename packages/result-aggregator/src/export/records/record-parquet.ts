import { type BasicType, ByteWriter, parquetWriteRows } from 'hyparquet-writer'
import type { ExportedRun } from '../run/exported-run.ts'
import { type RecordColumn, recordColumns } from './record-columns.ts'

const types: Readonly<Record<RecordColumn['type'], BasicType>> = {
  text: 'STRING',
  count: 'INT64',
  number: 'DOUBLE',
  flag: 'BOOLEAN',
}

/** The table of requests as Parquet: what a request does not have is null, and the names and digests of its run are metadata of the file. */
export async function recordParquet({ records, shapes, result }: ExportedRun): Promise<Uint8Array> {
  const writer = new ByteWriter()
  const { identity, provenance, load } = result
  await parquetWriteRows({
    writer,
    rows: rowsOf({ records, shapes }),
    columns: recordColumns.map(({ name, type }) => ({ name, type: types[type], nullable: true })),
    rowGroupSize: 50_000,
    createdBy: 'reprise',
    kvMetadata: Object.entries({ identity, load, provenance }).map(([key, value]) => ({
      key: `reprise.${key}`,
      value: JSON.stringify(value),
    })),
  })
  return writer.getBytes()
}

async function* rowsOf({
  records,
  shapes,
}: Pick<ExportedRun, 'records' | 'shapes'>): AsyncGenerator<Record<string, unknown>> {
  for await (const record of records()) {
    const shape = shapes.get(record.trace)
    const cells = recordColumns.map(({ name, type, read }) => {
      const value = read(record, shape)
      return [name, value === undefined ? null : type === 'count' ? BigInt(value as number) : value]
    })
    yield Object.fromEntries(cells)
  }
}
