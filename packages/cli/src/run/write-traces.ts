import { type Corpus, type Loss, toDynamo, toMooncake, toWeka, writeLines, writeWekaCorpus } from '@reprise/trace'

/** The formats that traces are written in. */
export const traceTargets = ['weka', 'dynamo', 'mooncake'] as const
export type TraceTarget = (typeof traceTargets)[number]

/** Writes the corpus in a format, as one file or, for WEKA, as a folder of packed ones; returns what that loses. @throws TraceError */
export async function writeTraces(
  corpus: Corpus,
  { to, out }: { readonly to: TraceTarget; readonly out: string },
): Promise<readonly Loss[]> {
  if (to !== 'weka') {
    const { lines, losses } = to === 'dynamo' ? toDynamo(corpus) : toMooncake(corpus)
    await writeLines(lines, out)
    return losses()
  }
  const { corpus: weka, losses } = toWeka(corpus)
  await writeWekaCorpus(weka, out, { gzip: true })
  return losses
}
