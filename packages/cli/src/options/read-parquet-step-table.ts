import { EngineConfigError, type StepTableRow, stepTableColumns, stepTableOf } from '@reprise/engine-sim/core'
import { printable } from '@reprise/safe-text'
import { type FileMetaData, parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet'

/** A table of steps has a few thousand points; a small file may claim, and unpack to, far more. */
const mostRows = 100_000

/**
 * The step times of a Parquet file with the columns of the CSV, in any order and of any numeric type; others are left alone.
 *
 * @throws EngineConfigError naming the column or the row, or what keeps the file from being read.
 */
export async function readParquetStepTable(bytes: Buffer, path: string): Promise<ReturnType<typeof stepTableOf>> {
  const file = new Uint8Array(bytes).buffer
  return stepTableOf(await rowsOf(file, path), path)
}

async function rowsOf(file: ArrayBuffer, path: string): Promise<StepTableRow[]> {
  const metadata = await readable(path, async () => parquetMetadata(file))
  demandColumns(metadata, path)
  if (metadata.num_rows > BigInt(mostRows))
    throw new EngineConfigError(`${path}: ${metadata.num_rows} rows; a table of steps has at most ${mostRows}`)
  const rows = await readable(path, () => parquetReadObjects({ file, metadata, columns: [...stepTableColumns] }))
  return rows.map((row, at) => ({
    ...Object.fromEntries(stepTableColumns.map((name) => [name, plain(row[name])])),
    place: `${path}: row ${at + 1}`,
  }))
}

function demandColumns(metadata: FileMetaData, path: string): void {
  const there = parquetSchema(metadata).children.map(({ element }) => element.name)
  const missing = stepTableColumns.filter((name) => !there.includes(name))
  if (missing.length === 0) return
  throw new EngineConfigError(
    `${path}: no column ${missing.join(', ')}; it has ${there.map((name) => printable(name, 40)).join(', ')}, and needs ${stepTableColumns.join(', ')}`,
  )
}

async function readable<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    throw new EngineConfigError(
      `${path}: not a Parquet file that can be read (${printable((error as Error).message, 200)}); write it whole, unpacked or packed with Snappy`,
    )
  }
}

/** Whole numbers of 64 bits come as such. */
function plain(value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value
}
