import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Shard, shardRows } from '@reprise/matrix-generator'
import { RunFolderError, writeFileWhole } from '@reprise/result-aggregator'
import type { Command } from 'commander'
import { parseInteger } from '../options/matrix-options.ts'
import { readNamed } from '../options/read-named.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import { examples } from '../terminal/output.ts'

interface ShardOptions {
  readonly rows: string
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
      ),
    )
    .action(async (options: ShardOptions) => {
      const rows = await readRows(options.rows)
      const pieces = attempt(() => shardRows(rows, options))
      if (options.out !== undefined) await writePieces(options.out, pieces)
      const one = options.index === undefined ? undefined : pieces[options.index]
      if (options.index !== undefined && one === undefined) {
        throw new UsageError(`--index ${options.index}: there are ${pieces.length} pieces, counted from 0`)
      }
      const summary = pieces.map(({ index, rows: { length: jobs }, bytes }) => ({ index, jobs, bytes }))
      io.stdout.write(
        `${JSON.stringify(one ? one.rows : { schema: 'shards/1', jobs: rows.length, shards: summary })}\n`,
      )
    })
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
