import type { Result } from '../../result/result.ts'

/** Where a run's traces are from, under the keys of AIPerf's metadata, which InferenceX passes on. */
export function datasetOf({ provenance }: Pick<Result, 'provenance'>): object {
  const { corpusOrigin, corpusSource, corpusDigest, corpusFacts } = provenance
  return {
    source_type: corpusOrigin,
    ...(corpusSource !== undefined && { source: corpusSource }),
    digest: corpusDigest,
    ...(corpusFacts?.format !== undefined && { format: corpusFacts.format }),
  }
}
