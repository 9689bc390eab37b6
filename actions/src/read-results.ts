import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const Percentiles = z.object({ p50: z.number(), p90: z.number() })

/** What is told of a `result/1`. */
export const MeasuredResult = z.object({
  load: z.object({ lanes: z.number() }),
  counts: z.object({ requests: z.number(), ok: z.number() }),
  metrics: z.object({ ttft: Percentiles.optional(), tpot: Percentiles.optional() }),
  throughput: z.object({ output: z.number() }).optional(),
  validity: z.object({ verdict: z.enum(['invalid', 'indicative', 'valid']), reasons: z.array(z.string()) }),
})
export type MeasuredResult = z.infer<typeof MeasuredResult>

/** The results of a job, which has one for every lane count, by rising lanes. What is no result is left out: the status says why. */
export async function readResults(run: string): Promise<MeasuredResult[]> {
  const paths = globSync(['results.json', 'lanes-*/results.json'], { cwd: run })
  const results = await Promise.all(paths.map((path) => readResult(join(run, path))))
  return results.filter((result) => result !== undefined).sort((a, b) => a.load.lanes - b.load.lanes)
}

/** The worst verdict; undefined where there is no result. */
export function verdictOf(results: readonly MeasuredResult[]): string | undefined {
  return ['invalid', 'indicative', 'valid'].find((each) => results.some(({ validity }) => validity.verdict === each))
}

async function readResult(path: string): Promise<MeasuredResult | undefined> {
  try {
    return MeasuredResult.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return undefined
  }
}
