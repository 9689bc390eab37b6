import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Shard, type SweepShard, shardRows, shardSweep } from '@reprise/matrix-generator'
import { RunFolderError, writeFileWhole } from '@reprise/result-aggregator/run'
import type { Command } from 'commander'
import { parseInteger } from '../options/matrix-options.ts'
import { readSweep } from '../options/read-job.ts'
import { readNamed } from '../options/read-named.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import { examples } from '../terminal/output.ts'

interface ShardOptions {
  readonly rows: string
  readonly sweep?: string
  readonly maxJobs: number
  readonly maxBytes: number
  readonly index?: number
  readonly out?: string
}

/** `reprise matrix shard`: rows in pieces that a workflow can take. */
export function registerShard(matrix: Command, { io }: CommandContext): void {
  matrix
    .command('shard')
    .description(
      'Rows in pieces that GitHub takes as one matrix each. Prints how many; --index prints the rows of one.',
    )
    .option('--rows <file>', 'JSON array of rows; - is stdin', '-')
    .option(
      '--sweep <file>',
      'instead: a sweep, as --as jobs prints it; each piece is of one fleet, without the canary and what is reused',
    )
    .option('--max-jobs <n>', 'jobs of one piece', parseInteger, 256)
    .option('--max-bytes <n>', 'bytes of one piece as compact JSON', parseInteger, 900_000)
    .option('--index <i>', 'print the rows of this piece, counted from 0', parseInteger)
    .option('--out <folder>', 'also write every piece to shard-<i>.json there')
    .option('--json', 'accepted for uniformity: the output is one JSON value anyway', false)
    .addHelpText(
      'after',
      examples(
        'npx reprise matrix shard --rows rows.json --out shards',
        'npx reprise matrix shard --rows rows.json --index 0',
        'npx reprise matrix shard --sweep sweep.json --index 0',
      ),
    )
    .action(async (options: ShardOptions) => {
      const value = options.sweep === undefined ? await rowPieces(options) : await sweepPieces(options.sweep, options)
      io.stdout.write(`${JSON.stringify(value)}\n`)
    })
}

/** How many pieces there are, or the rows of one. */
async function rowPieces(options: ShardOptions): Promise<unknown> {
  const rows = await readRows(options.rows)
  const pieces = attempt(() => shardRows(rows, options))
  if (options.out !== undefined) await writePieces(options.out, pieces)
  if (options.index !== undefined) return pieceAt(pieces, options.index).rows
  const shards = pieces.map(({ index, rows: { length: jobs }, bytes }) => ({ index, jobs, bytes }))
  return { schema: 'shards/1', jobs: rows.length, shards }
}

/** The same of a sweep; one piece comes with its fleet and how many of its jobs may run at once. */
async function sweepPieces(file: string, options: ShardOptions): Promise<unknown> {
  if (options.out !== undefined) throw new UsageError('--out is for --rows: a sweep is cut where its jobs are wanted')
  const plan = await readSweep('--sweep', file)
  const pieces: readonly SweepShard[] = attempt(() => shardSweep(plan, options))
  if (options.index !== undefined) {
    const { fleet, maxParallel, jobs } = pieceAt(pieces, options.index)
    return { schema: 'sweep-shard/1', fleet, maxParallel, jobs }
  }
  const shards = pieces.map(({ jobs, ...shard }) => ({ ...shard, jobs: jobs.length }))
  return { schema: 'shards/1', jobs: shards.reduce((sum, { jobs }) => sum + jobs, 0), shards }
}

function pieceAt<T>(pieces: readonly T[], index: number): T {
  const piece = pieces[index]
  if (piece !== undefined) return piece
  throw new UsageError(`--index ${index}: there are ${pieces.length} pieces, counted from 0`)
}

async function writePieces(folder: string, pieces: readonly Shard<unknown>[]): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    for (const { index, rows } of pieces)
      await writeFileWhole(join(folder, `shard-${index}.json`), JSON.stringify(rows))
  } catch (error) {
    if (error instanceof RunFolderError) throw error
    throw new UsageError(`--out ${folder}: cannot be written to (${(error as NodeJS.ErrnoException).code})`)
  }
}

async function readRows(file: string): Promise<unknown[]> {
  const name = file === '-' ? 'stdin' : file
  const limit = { maxBytes: 64 * 1024 * 1024, cure: 'no matrix is; give what matrix full-sweep prints' }
  const content = await readNamed('--rows', file, { ...limit, stdin: true })
  try {
    const rows: unknown = JSON.parse(content.toString('utf8'))
    if (Array.isArray(rows) && rows.every((row) => typeof row === 'object' && row !== null)) return rows
  } catch {
    // told below, like any other content that is no array
  }
  throw new UsageError(`--rows ${name}: is not a JSON array of rows; give what matrix full-sweep prints`)
}

function attempt<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error
  }
}
