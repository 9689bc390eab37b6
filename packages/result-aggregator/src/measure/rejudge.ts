import { defaultLimits } from '../result/limits.ts'
import type { Result } from '../result/result.ts'
import type { RunHeader } from '../result/run-header.ts'
import type { Submission } from '../result/submission.ts'
import type { Evidence } from './evidence.ts'
import { submissionOf } from './submission.ts'
import { judge } from './validity.ts'

/** What these rules ask is not in a result: they are taken by its own word. */
const byItsWord = ['stalled', 'context-limit']
const coverageReason = 'insufficient_profile_metric_coverage'

export interface Rejudged {
  readonly verdict: Result['validity']['verdict']
  readonly reasons: readonly string[]
  /** Codes of reasons that the result should have, and does not. */
  readonly kept: readonly string[]
  readonly submission?: Submission
}

/**
 * The verdict on a result of which nothing else is known, by the limits of this version: from its figures, and from what it admits itself. A result of which a
 * reason is to be found in its own figures and not in its verdict has kept it back.
 */
export function rejudge(result: Result): Rejudged {
  const evidence = evidenceOf(result)
  const told = result.validity.reasons
  const judged = judge(evidence, defaultLimits)
  const found = judged.reasons.filter((reason) => !byItsWord.includes(codeOf(reason)))
  const codes = new Set(found.map(codeOf))
  const admitted = told.filter((reason) => !codes.has(codeOf(reason)))
  const toldCodes = new Set(told.map(codeOf))
  const kept = [...codes].filter((code) => !toldCodes.has(code))
  const invalid = result.validity.verdict === 'invalid' || judged.verdict === 'invalid'
  const reasons = [...found, ...admitted]
  const submission = submissionFrom(evidence, result)
  return {
    verdict: invalid ? 'invalid' : reasons.length > 0 ? 'indicative' : 'valid',
    ...{ reasons, kept },
    ...(submission && { submission }),
  }
}

/** When the last token came is in no result. */
function submissionFrom(evidence: Evidence, { submission: told }: Result): Submission | undefined {
  const found = submissionOf({ ...evidence, coverage: 1 })
  if (!found) return undefined
  const admitted = told?.reasons.filter((reason) => codeOf(reason) === coverageReason) ?? []
  const reasons = [...found.reasons, ...admitted]
  return { ...found, official: reasons.length === 0, reasons }
}

/** Of `code: sentence`. */
export function codeOf(reason: string): string {
  const end = reason.indexOf(':')
  return end < 0 ? reason : reason.slice(0, end)
}

function evidenceOf(result: Result): Evidence {
  return { ...result, header: headerOf(result) }
}

/** The header of the run, as far as its result quotes it. */
function headerOf({ identity, provenance, load, completeness }: Result): RunHeader {
  const { corpusOrigin, corpusSource, corpusFacts, preset, seed, planDigest, corpusDigest, target, ...others } =
    provenance
  const { shard, shards } = completeness
  return {
    schema: 'run/1',
    identity,
    target,
    corpus: {
      // The schema of a result takes any word here; what is none of ours is no captured corpus.
      origin: corpusOrigin === 'recorded' || corpusOrigin === 'preset' ? corpusOrigin : 'synthetic',
      ...(corpusSource !== undefined && { source: corpusSource }),
      ...(corpusFacts && { facts: corpusFacts }),
    },
    plan: { digest: planDigest, corpusDigest, seed, preset, load, leftOut: [] },
    ...others,
    ...(shard && { shard }),
    ...(shards && { shards }),
  }
}
