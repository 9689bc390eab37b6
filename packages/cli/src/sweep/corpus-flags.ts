import type { SweepJob } from '@reprise/matrix-generator'
import { type ReadingOptions, readingWords } from '../options/reading-options.ts'

/** The words with which `replay` is told the recorded corpus of a job; none for a job of fixed lengths, which makes its own requests. */
export function corpusFlags(
  { job }: Pick<SweepJob, 'job'>,
  { traces, ...options }: ReadingOptions & { readonly traces?: string },
): string[] {
  if (job.scenario.kind !== 'agentic-coding') return []
  return [...(traces === undefined ? [] : ['--traces', traces]), ...readingWords(options)]
}
