import type { Corpus } from '../corpus.ts'
import { type CorpusStats, corpusStats } from '../stats.ts'
import { type CacheCeilings, cacheCeilings } from './cache-ceilings.ts'
import { type ContextCap, contextCaps } from './context-caps.ts'
import { type CorpusSamples, corpusSamples } from './corpus-samples.ts'
import { pairRelations, type RelationName } from './pair-relations.ts'
import { type QuantityName, quantityNames } from './quantities.ts'
import { type Summary, summaryOf } from './summary.ts'
import { type WorkingSets, workingSets } from './working-set.ts'

/** What a corpus holds: its counts, its distributions, and what a cache, a context and a memory make of it. */
export interface CorpusSurvey extends CorpusStats {
  /** Those that the corpus records. */
  readonly distributions: Readonly<Partial<Record<QuantityName, Summary>>>
  readonly relations: Readonly<Record<RelationName, number>>
  readonly ceilings: CacheCeilings
  readonly contextCaps: readonly ContextCap[]
  /** Absent without a block. */
  readonly workingSets?: WorkingSets
}

export interface SurveyOptions {
  /** Limits of the context to look at, in tokens. */
  readonly contextTokens?: readonly number[]
}

/** Does not depend on the order of the traces. */
export function surveyCorpus(
  corpus: Corpus,
  { contextTokens }: SurveyOptions = {},
  samples: CorpusSamples = corpusSamples(corpus),
): CorpusSurvey {
  const sets = workingSets(corpus)
  return {
    ...corpusStats(corpus),
    distributions: summariesOf(samples),
    relations: pairRelations(corpus),
    ceilings: cacheCeilings(corpus),
    contextCaps: contextCaps(corpus, contextTokens),
    ...(sets && { workingSets: sets }),
  }
}

function summariesOf(samples: CorpusSamples): Partial<Record<QuantityName, Summary>> {
  return Object.fromEntries(
    quantityNames.flatMap((name) => {
      const summary = summaryOf(samples[name])
      return summary ? [[name, summary]] : []
    }),
  )
}
