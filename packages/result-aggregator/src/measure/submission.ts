import { type OfficialLimits, presetOf } from '@reprise/replay-engine/presets'
import { printable } from '@reprise/safe-text'
import { requestsSent } from '../result/requests-sent.ts'
import type { Submission } from '../result/submission.ts'
import type { Evidence } from './evidence.ts'
import { uncappedIdleMs } from './shard-rules.ts'
import { renderSeconds, renderShare } from './wording.ts'

/**
 * Whether the run is an official one by its preset, and each reason why not; undefined where nobody publishes results by the preset.
 *
 * Source of the names: AIPerf's scenario lock (`submission_invalid_reasons`). What it refuses to begin without `--unsafe-override` is
 * `unsafe_override` here, each departure by itself; requests that failed cancel its run.
 */
export function submissionOf(evidence: Evidence): Submission | undefined {
  const official = presetOf(evidence.header.plan.preset.name)?.official
  if (!official) return undefined
  const reasons = [
    ...departures(evidence, official).map((what) => `unsafe_override: ${what}`),
    ...overflow(evidence, official),
    ...cancelled(evidence, official),
    ...coverage(evidence, official),
  ]
  return { by: official.by, official: reasons.length === 0, reasons }
}

function departures(evidence: Evidence, { free, corpusTurns, minWindowMs }: OfficialLimits): string[] {
  const { header, load } = evidence
  const { plan, corpus, target } = header
  const changed = plan.preset.changed.filter((name) => !free.includes(name))
  const turns = corpus.facts?.blockIds.turns
  const { until } = load
  return [
    ...(changed.length > 0 ? [`${changed.map((name) => printable(name, 40)).join(', ')} differ from the preset`] : []),
    ...(until.kind === 'window' && until.durationMs >= minWindowMs
      ? []
      : [`the window is shorter than ${renderSeconds(minWindowMs)}, or there is none`]),
    ...(turns !== undefined && corpusTurns.includes(turns)
      ? []
      : [
          `the corpus is not one of those with ${corpusTurns.join(' or ')} requests, but of ${turns ?? 'an unknown number'}`,
        ]),
    ...(target.simulated ? ['a model of an engine answered'] : []),
    ...(header.shard ? ['it is a part of a run'] : []),
    ...(uncappedIdleMs(evidence) === undefined ? [] : ['shards did not keep the cap on idle time of all lanes']),
  ]
}

function overflow({ counts }: Evidence, { overflowShare }: OfficialLimits): string[] {
  const { refusedAsTooLong } = counts
  if (refusedAsTooLong <= overflowShare * requestsSent(counts)) return []
  return [
    `context_overflow_rate_exceeded: the server refused ${refusedAsTooLong} of ${requestsSent(counts)} requests as too long (limit ${renderShare(overflowShare)})`,
  ]
}

function cancelled({ completeness, counts }: Evidence, { failedShare }: OfficialLimits): string[] {
  const { ended } = completeness
  const failed = counts.failed > failedShare * requestsSent(counts)
  return [
    ...(ended === 'window' || ended === 'passes' ? [] : [`run_cancelled: the run ended before its time (${ended})`]),
    ...(failed
      ? [
          `run_cancelled: ${counts.failed} of ${requestsSent(counts)} requests failed (limit ${renderShare(failedShare)})`,
        ]
      : []),
  ]
}

function coverage({ coverage: seen, counts }: Evidence, { coverage: least }: OfficialLimits): string[] {
  if (counts.ok > 0 && seen !== undefined && seen >= least) return []
  const last =
    counts.ok === 0 || seen === undefined
      ? 'no token was seen'
      : `the last token came after ${renderShare(seen)} of the window`
  return [`insufficient_profile_metric_coverage: ${last} (limit ${renderShare(least)})`]
}
