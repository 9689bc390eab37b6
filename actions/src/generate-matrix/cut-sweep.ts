import { z } from 'zod'
import { ActionError, type ActionHost } from '../action.ts'

/** GitHub counts the megabyte of a job's outputs in UTF-16, so at most half as many characters of ASCII; a tenth is kept free. */
const maxBytes = 450_000

const Summary = z.object({ shards: z.array(z.object({ index: z.number() })) })
const Piece = z.object({ jobs: z.array(z.unknown()), maxParallel: z.number() })

/** Numbers of the shards of the sweep in a file: pieces that GitHub takes as one matrix each. @throws ActionError */
export async function shardsOf(host: ActionHost, sweepFile: string): Promise<number[]> {
  return Summary.parse(await ask(host, sweepFile)).shards.map(({ index }) => index)
}

/** The jobs of one of them, order kept, and how many may run at once. @throws ActionError when there is no such shard. */
export async function shardAt(
  host: ActionHost,
  sweepFile: string,
  index: number | string,
): Promise<z.infer<typeof Piece>> {
  return Piece.parse(await ask(host, sweepFile, `--index=${index}`))
}

async function ask(host: ActionHost, sweepFile: string, ...flags: string[]): Promise<unknown> {
  const argv = ['matrix', 'shard', `--sweep=${sweepFile}`, `--max-bytes=${maxBytes}`, '--json', ...flags]
  const { exitCode, value, lastLine } = await host.cli(argv)
  if (exitCode !== 0) throw new ActionError(`the jobs cannot be split: ${lastLine}`)
  return value
}
