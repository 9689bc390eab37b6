import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Collection } from '@reprise/result-aggregator'
import { z } from 'zod'
import { defineAction } from './action.ts'
import { failureOf } from './failure-of.ts'
import { line, runNumber, sha256 } from './input-kinds.ts'
import { readSweep } from './sweep-file.ts'

/** Joins what was planned with what came: one row for every planned job. Red when any of them failed. */
export const collectResults = defineAction({
  inputs: z.strictObject({
    'sweep-file': line().default('sweep.json'),
    from: line(),
    out: line().default('results'),
    digest: sha256().optional(),
    run: runNumber().optional(),
    'compare-with': line().optional(),
  }),
  outputs: ['rows', 'failed'],
  async call({ 'sweep-file': sweepFile, from, out, digest, run, 'compare-with': earlier }, host) {
    const folder = resolve(out)
    if (digest !== undefined) await readSweep(resolve(sweepFile), digest)
    const collected = await host.cli([
      'results',
      'collect',
      `--jobs=${resolve(sweepFile)}`,
      `--from=${resolve(from)}`,
      `--out=${folder}`,
      ...(run === undefined ? [] : [`--run=${run}`]),
      ...(earlier !== undefined && existsSync(earlier) ? [`--compare-with=${resolve(earlier)}`] : []),
      '--json',
    ])
    const { jobs, failed } = Collected.safeParse(collected.value).data?.totals ?? { jobs: 0, failed: 0 }
    const silent = jobs === 0 || failed > 0 ? 'results collect did not tell of one job that is done' : undefined
    const failure = failureOf('results collect', collected) ?? silent
    const summary = await readFile(join(folder, 'summary.md'), 'utf8').catch(() => undefined)
    return {
      outputs: { rows: String(jobs), failed: String(failed) },
      ...(summary !== undefined && { summary }),
      ...(failure !== undefined && {
        failure: failed > 0 ? `${failed} of ${jobs} jobs failed; the summary names each, with why` : failure,
      }),
    }
  },
})

/** What is told of a `collection/1`. */
const Collected = z.object({ totals: Collection.shape.totals })
