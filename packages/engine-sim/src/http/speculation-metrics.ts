import type { SpeculationCounts } from '../core/engine.ts'
import type { MetricFamily } from './render-metrics.ts'
import { counter } from './scalar-family.ts'

/** What became of drafts, under vLLM's names; none where none are made. Source: `vllm/v1/spec_decode/metrics.py` of vLLM 0.33. */
export function speculationMetrics(counts: SpeculationCounts | undefined): MetricFamily[] {
  if (!counts) return []
  const { drafts, draftTokens, acceptedTokens, acceptedPerPosition } = counts
  const byPosition = acceptedPerPosition.map((value, position) => ({ labels: { position: String(position) }, value }))
  return [
    counter('vllm:spec_decode_num_drafts_total', 'Verifications of the drafts of a sequence.', drafts),
    counter('vllm:spec_decode_num_draft_tokens_total', 'Drafts that were verified.', draftTokens),
    counter('vllm:spec_decode_num_accepted_tokens_total', 'Drafts that were accepted.', acceptedTokens),
    counter(
      'vllm:spec_decode_num_accepted_tokens_per_pos_total',
      'Drafts that were accepted, by their place.',
      byPosition,
    ),
  ]
}
