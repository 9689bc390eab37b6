import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { ActionError, type ActionHost } from '../action.ts'
import type { SweepEntry } from './sweep-file.ts'

/** GitHub counts the megabyte of a job's outputs in UTF-16, so at most half as many characters of ASCII; a tenth is kept free. */
const maxBytes = 450_000

const Summary = z.object({ shards: z.array(z.object({ index: z.number() })) })

/** Runs `use` with what asks about the shards of `jobs`: pieces that GitHub takes as one matrix each, order kept. */
export async function withShards<T>(
  host: ActionHost,
  jobs: readonly SweepEntry[],
  use: (shards: Shards) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(process.env.RUNNER_TEMP || tmpdir(), 'reprise-shards-'))
  try {
    const file = join(folder, 'jobs.json')
    await writeFile(file, JSON.stringify(jobs))
    const ask = async (...flags: string[]) => {
      const { exitCode, value, lastLine } = await host.cli([
        'matrix',
        'shard',
        `--rows=${file}`,
        `--max-bytes=${maxBytes}`,
        '--json',
        ...flags,
      ])
      if (exitCode !== 0) throw new ActionError(`the jobs cannot be split: ${lastLine}`)
      return value
    }
    return await use({
      indices: async () => (jobs.length === 0 ? [] : Summary.parse(await ask()).shards.map(({ index }) => index)),
      jobsOf: (index) => ask(`--index=${index}`),
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export interface Shards {
  indices(): Promise<number[]>
  /** @throws ActionError when there is no such shard. */
  jobsOf(index: number | string): Promise<unknown>
}
