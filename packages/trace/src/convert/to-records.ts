import type { Corpus, TraceFormatName } from '../corpus.ts'
import { renderWekaTrace } from '../formats/weka/render.ts'
import type { Loss } from './losses.ts'
import { toDynamo } from './to-dynamo.ts'
import { toMooncake } from './to-mooncake.ts'
import { toWeka } from './to-weka.ts'

/** The records that files of a format hold of the corpus, as JSON each, and, once all are taken, what that loses. */
export function toRecords(
  corpus: Corpus,
  format: TraceFormatName,
): { readonly records: Iterable<string>; losses(): readonly Loss[] } {
  if (format === 'weka') {
    const { corpus: weka, losses } = toWeka(corpus)
    return { records: wekaRecords(weka), losses: () => losses }
  }
  const { lines, losses } = format === 'dynamo' ? toDynamo(corpus) : toMooncake(corpus)
  return { records: lines, losses }
}

function* wekaRecords(corpus: Corpus): Generator<string> {
  for (const trace of corpus.traces) yield renderWekaTrace(trace, corpus)
}
