import type { SpeculationCounts } from '../core/engine.ts'
import type { MetricFamily } from './render-metrics.ts'

/** What became of drafts, under vLLM's names; none where none are made. Source: `vllm/v1/spec_decode/metrics.py` of vLLM 0.33. */
export function speculationMetrics(counts: SpeculationCounts | undefined): MetricFamily[] {
  if (!counts) return []
  const { drafts, draftTokens, acceptedTokens, acceptedPerPosition } = counts
  const byPosition = acceptedPerPosition.map((value, position) => ({ labels: { position: String(position) }, value }))
  return [
    counter('num_drafts_total', 'Verifications of the drafts of a sequence.', [{ value: drafts }]),
    counter('num_draft_tokens_total', 'Drafts that were verified.', [{ value: draftTokens }]),
    counter('num_accepted_tokens_total', 'Drafts that were accepted.', [{ value: acceptedTokens }]),
    counter('num_accepted_tokens_per_pos_total', 'Drafts that were accepted, by their place.', byPosition),
  ]
}

type Samples = readonly { readonly labels?: Readonly<Record<string, string>>; readonly value: number }[]

function counter(name: string, help: string, samples: Samples): MetricFamily {
  return { name: `vllm:spec_decode_${name}`, help, type: 'counter', samples }
}
