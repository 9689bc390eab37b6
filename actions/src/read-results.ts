import { globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { loadSizeOf, type Result, readResult } from '@reprise/result-aggregator/run'

type Percentiles = Pick<NonNullable<Result['metrics']['ttft']>, 'p50' | 'p90'>

/** What is told of a result. */
export interface MeasuredResult {
  /** How large its load was. */
  readonly load: { readonly lanes: number }
  readonly counts: Pick<Result['counts'], 'requests' | 'ok'>
  readonly metrics: { readonly ttft?: Percentiles | undefined; readonly tpot?: Percentiles | undefined }
  readonly throughput?: Pick<NonNullable<Result['throughput']>, 'output'> | undefined
  readonly validity: Pick<Result['validity'], 'verdict' | 'reasons'>
}

/** The results of a job, which has one for every lane count, by rising lanes. What is no result is left out: the status says why. */
export async function readResults(run: string): Promise<MeasuredResult[]> {
  const paths = globSync(['results.json', 'lanes-*/results.json'], { cwd: run })
  const results = await Promise.all(paths.map((path) => readResult(join(run, dirname(path))).catch(() => undefined)))
  return results
    .filter((result) => result !== undefined)
    .map((result) => ({ ...result, load: { lanes: loadSizeOf(result.load).value } }))
    .sort((a, b) => a.load.lanes - b.load.lanes)
}

/** The worst verdict; undefined where there is no result. */
export function verdictOf(results: readonly MeasuredResult[]): string | undefined {
  return ['invalid', 'indicative', 'valid'].find((each) => results.some(({ validity }) => validity.verdict === each))
}
