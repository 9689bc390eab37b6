import { isDeepStrictEqual } from 'node:util'
import type { SweepJob } from '@reprise/matrix-generator'
import { printable } from '@reprise/safe-text'
import type { JobEvidence } from '../result/job-evidence.ts'
import { lanesOfJob } from '../result/job-identity.ts'
import { mismatchOf } from '../result/job-mismatch.ts'
import type { JobFailureClass, JobStatus } from '../result/job-status.ts'
import { defaultLimits } from '../result/limits.ts'
import { requestsSent } from '../result/requests-sent.ts'
import type { Result } from '../result/result.ts'
import { launchContradiction } from './launch-contradiction.ts'

export interface JobCase {
  readonly job: SweepJob
  readonly evidence: JobEvidence
  /** Somebody ended the job before it was through. */
  readonly cancelled: boolean
  /** The one command that does the same again. */
  readonly reproduce: string
}

/**
 * How a job ended, from what it left. Who can act first is named: a cancelled job is nobody's fault, a server that died explains the
 * requests that failed on it, and a replay that lost too many requests explains an invalid result. Without evidence of success it failed.
 */
export function judgeJob(one: JobCase): JobStatus {
  const { job, evidence, reproduce } = one
  const failure = failureOf(one)
  const { phasesMs: launchMs, leftOut, image } = evidence.launched ?? {}
  return {
    schema: 'job-status/1',
    id: job.id,
    name: job.name,
    configKey: job.configKey,
    outcome: failure ? 'failed' : 'done',
    ...(failure && { failure: written(failure) }),
    evaluation: evaluationOf(one),
    reproduce: printable(reproduce, 4_000),
    ...(image?.digest !== undefined && { imageDigest: image.digest }),
    ...(launchMs && { launchMs }),
    ...(leftOut && { leftOut }),
  }
}

interface Failure {
  readonly class: JobFailureClass
  readonly phase?: string
  readonly message: string
  readonly logTail?: readonly string[]
}

/** In this order: the first that speaks up is the cause, and what comes after it its consequence. */
function failureOf(one: JobCase): Failure | undefined {
  const before =
    cancelledBy(one) ?? launchFailed(one) ?? serverDied(one) ?? devicesShared(one) ?? left(one) ?? contradicted(one)
  return before ?? replayed(one) ?? evaluated(one) ?? neverStopped(one)
}

function cancelledBy({ cancelled, evidence: { results } }: JobCase): Failure | undefined {
  if (cancelled) return { class: 'cancelled', message: 'the job was cancelled before it was through' }
  const ended = results.find(({ completeness: { ended } }) => ended === 'interrupted' || ended === 'aborted')
  if (!ended) return undefined
  return { class: 'cancelled', phase: 'replay', message: 'the replay was told to stop before its end' }
}

function launchFailed({ evidence: { launchFailure, logTail } }: JobCase): Failure | undefined {
  if (!launchFailure) return undefined
  const { class: failureClass, phase, message } = launchFailure
  return {
    class: failureClass,
    phase,
    message,
    logTail: launchFailure.logTail.length > 0 ? launchFailure.logTail : logTail,
  }
}

function serverDied({ evidence: { launchEnd, logTail } }: JobCase): Failure | undefined {
  if (!launchEnd?.diedEarly) return undefined
  const { exitCode, signal, cause } = launchEnd
  if (cause !== undefined) {
    const message = printable(`the server was ended while it was being measured: ${cause}`, 1_000)
    return { class: 'infrastructure', phase: 'replay', message, logTail }
  }
  const how = signal !== undefined ? ` (signal ${signal})` : exitCode !== undefined ? ` (exit code ${exitCode})` : ''
  return { class: 'server', phase: 'replay', message: `the server ended while it was being measured${how}`, logTail }
}

/** Whoever is on the accelerators after the stop may have been there before it. */
function devicesShared({ evidence: { launchEnd } }: JobCase): Failure | undefined {
  if (launchEnd?.devicesInUse === undefined) return undefined
  return { class: 'infrastructure', phase: 'stop', message: `after the server was stopped, ${launchEnd.devicesInUse}` }
}

function left({ evidence: { unreadable } }: JobCase): Failure | undefined {
  const [first, ...others] = unreadable
  if (first === undefined) return undefined
  return { class: 'unreadable', message: others.length > 0 ? `${first}; and ${others.length} more such` : first }
}

function contradicted({ job, evidence }: JobCase): Failure | undefined {
  const message = launchContradiction(job, evidence)
  return message === undefined ? undefined : { class: 'unreadable', message }
}

function replayed({ job, evidence: { results, launched, logTail } }: JobCase): Failure | undefined {
  if (isEvaluationOnly(job)) return undefined
  if (results.length === 0) {
    const message = launched ? 'the replay left no result' : 'neither a launch nor a replay left a word'
    return { class: launched ? 'replay' : 'missing', phase: 'replay', message }
  }
  for (const result of results) {
    const failure = spoiltBy(job, result)
    if (failure) return failure.class === 'replay' ? { ...failure, logTail } : failure
  }
  const missing = lanesOfJob(job).filter(
    (lanes) => !results.some(({ load }) => load.kind === 'lanes' && load.lanes === lanes),
  )
  if (missing.length === 0) return undefined
  return { class: 'replay', phase: 'replay', message: `no result at ${missing.join(', ')} lanes` }
}

function spoiltBy(job: SweepJob, result: Result): Failure | undefined {
  const { completeness, counts, validity } = result
  if (!isDeepStrictEqual(validity.limits, defaultLimits))
    return { class: 'unreadable', message: 'the result was judged by limits of its own' }
  const mismatch = mismatchOf(job, result)
  if (mismatch !== undefined) return { class: 'unreadable', message: `the result is not of this job: ${mismatch}` }
  if (completeness.ended === 'killed')
    return { class: 'replay', phase: 'replay', message: 'the replay was killed before its end' }
  const reasonOf = (code: string) => validity.reasons.find((reason) => reason.startsWith(`${code}:`))
  const tooMany = counts.failed > defaultLimits.failedShare * requestsSent(counts)
  if (completeness.ended === 'stopped' || tooMany || counts.ok === 0) {
    const reason =
      (tooMany ? reasonOf('failed-requests') : undefined) ?? reasonOf('no-ok-request') ?? reasonOf('given-up')
    return { class: 'replay', phase: 'replay', message: reason ?? 'too many requests failed' }
  }
  if (validity.verdict !== 'invalid') return undefined
  return { class: 'result', message: validity.reasons.join(' ') || 'the result is invalid, and says no reason' }
}

function evaluated(one: JobCase): Failure | undefined {
  const evaluation = evaluationOf(one)
  if (evaluation === 'not-requested' || evaluation === 'passed') return undefined
  if (evaluation === 'not-configured') return { class: 'eval', phase: 'eval', message: 'eval: not configured' }
  const { evaluation: end } = one.evidence
  const code = end?.exitCode === undefined ? '' : ` with exit code ${end.exitCode}`
  const message = end ? (end.message ?? `the evaluation failed${code}`) : 'the evaluation left no word'
  return { class: 'eval', phase: 'eval', message }
}

/** Only whoever stops a server learns whether it had died: where nobody has, it may have. */
function neverStopped({ evidence: { launched, launchEnd } }: JobCase): Failure | undefined {
  if (!launched || launchEnd) return undefined
  const message = 'nobody looked whether the server outlived the measuring; reprise launch stop does, and comes first'
  return { class: 'server', phase: 'replay', message }
}

function evaluationOf({ job, evidence: { evaluation } }: JobCase): JobStatus['evaluation'] {
  if (!job.job.evaluation.run && !isEvaluationOnly(job)) return 'not-requested'
  return evaluation?.outcome ?? 'failed'
}

function isEvaluationOnly({ job }: SweepJob): boolean {
  return job.evaluation.only === true
}

function written({ class: failureClass, phase, message, logTail }: Failure): NonNullable<JobStatus['failure']> {
  const tail = logTail?.slice(-100).map((line) => printable(line, 1_000))
  return {
    class: failureClass,
    ...(phase !== undefined && { phase: printable(phase, 40) }),
    message: printable(message, 1_000),
    ...(tail && tail.length > 0 && { logTail: tail }),
  }
}
