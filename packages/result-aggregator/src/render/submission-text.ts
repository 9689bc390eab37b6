import { printable } from '@reprise/safe-text'
import type { Submission } from '../result/submission.ts'

/** `an official run of InferenceX AgentX v1`, or why it is none. */
export function renderSubmission({ by, official, reasons }: Submission): string {
  const whose = printable(by, 60)
  return official
    ? `an official run of ${whose}`
    : `no official run of ${whose}: ${reasons.map((reason) => printable(reason, 300)).join('; ')}`
}
