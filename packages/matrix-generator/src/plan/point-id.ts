import type { Epoch } from '../epoch/epoch.ts'
import { canonicalJson } from '../job/canonical-json.ts'
import type { Job } from '../job/job.ts'
import { rowOf } from '../job/row-of.ts'
import { sha256Hex } from './sha-256.ts'

/**
 * The identity of a job: 16 hex digits over its full row. Equal rows have equal ids wherever and in whatever key order they were
 * made; names are for people, and are not unique.
 */
export function pointId(job: Job, epoch: Epoch): string {
  return sha256Hex(canonicalJson(rowOf(job, epoch))).slice(0, 16)
}

/**
 * 64 hex digits over what a row says beside concurrency, name and evaluation: jobs that share it measure points of one curve.
 *
 * Source: InferenceX, `recipe-fingerprint` of August 2026.
 */
export function recipeFingerprint(job: Job, epoch: Epoch): string {
  return sha256Hex(canonicalJson({ ...rowOf({ ...job, evaluation: {} }, epoch), ...withoutPoint }))
}

/** The fields that differ between the points of one curve; `run-eval` too, as it says nothing about the recipe. */
const withoutPoint = { conc: undefined, 'exp-name': undefined, 'run-eval': undefined }
