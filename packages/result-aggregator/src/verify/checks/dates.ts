import { fail, notChecked, pass } from '../../result/verification.ts'
import type { VerifyEvidence } from '../evidence/verify-evidence.ts'

/** Clocks of machines and zones that were mistaken. */
const slackMs = 24 * 3_600_000
/** No version of this tool is older. */
const firstYear = 2_026

/** When the run began, by its header, against now. */
export function datesFinding({ run: { startedAt } }: Pick<VerifyEvidence, 'run'>, nowMs: number) {
  if (startedAt === undefined) return notChecked('the run does not say when it began')
  const atMs = Date.parse(startedAt)
  if (Number.isNaN(atMs)) return fail('the date at which it began is none')
  const at = new Date(atMs).toISOString()
  if (atMs > nowMs + slackMs) return fail(`it began at ${at}, which is to come`)
  if (new Date(atMs).getUTCFullYear() < firstYear) return fail(`it began at ${at}, before this tool was made`)
  return pass(`it began at ${at}`)
}
