import {
  type BlockHashes,
  type Corpus,
  type Loss,
  toAgenticMooncake,
  toDynamo,
  toMooncake,
  toWeka,
  writeLines,
  writeWekaCorpus,
} from '@reprise/trace'
import type { TraceTarget } from '../options/trace-targets.ts'

/**
 * Writes the corpus in a format, as one file or, for WEKA, as a folder of them, packed unless `plain`; returns what that loses. Dynamo's hashes
 * are those that are given, or made by its rule.
 *
 * @throws TraceError
 */
export async function writeTraces(
  corpus: Corpus,
  {
    to,
    out,
    plain,
    hashes,
  }: {
    readonly to: TraceTarget | 'agentic-mooncake'
    readonly out: string
    readonly plain: boolean
    readonly hashes?: BlockHashes
  },
): Promise<readonly Loss[]> {
  if (to !== 'weka') {
    const { lines, losses } =
      to === 'dynamo'
        ? toDynamo(corpus, hashes ? { hashes } : {})
        : to === 'mooncake'
          ? toMooncake(corpus)
          : toAgenticMooncake(corpus)
    await writeLines(lines, out)
    return losses()
  }
  const { corpus: weka, losses } = toWeka(corpus)
  await writeWekaCorpus(weka, out, { gzip: !plain })
  return losses
}
