import { censored } from './censored-rule.ts'
import { busyClient, lateArrivals, lateClient } from './client-rules.ts'
import type { Rule } from './evidence.ts'
import { failedRequests } from './failed-rule.ts'
import { givenUp } from './given-up-rule.ts'
import { impossibleUsage } from './reply-rules.ts'
import { renderShare } from './wording.ts'

const nothingCame: Rule = ({ counts }) => {
  if (counts.ok > 0) return undefined
  const outcomes = `${counts.failed} failed, ${counts.truncated} truncated, ${counts.cancelled} cancelled`
  const what =
    counts.requests === 0 ? 'no request was sent in the profiling phase' : `not one request ended well: ${outcomes}`
  return `no-ok-request: ${what}; nothing was measured. Check the server, or give the run more time.`
}

/** What lengths of prompts with a server's own replies say is said by a reason of theirs. */
const inexactInput: Rule = ({ inputTokens, header }, limits) => {
  if (header.target.assistant === 'live') return undefined
  const { requests, exactShare, mismatched } = inputTokens
  if (exactShare === undefined || exactShare >= limits.exactInputShare) return undefined
  const example = mismatched[0]
  const worst = example ? `, furthest ${example.id} with ${example.reported} for ${example.planned}` : ''
  return (
    `inexact-input: the server counts the planned number of prompt tokens in only ${renderShare(exactShare)} of ${requests} requests ` +
    `(limit ${renderShare(limits.exactInputShare)}${worst}). Check the tokenizer and the chat template of the server.`
  )
}

const wrongInputTotal: Rule = ({ inputTokens }, limits) => {
  const { planned, reported } = inputTokens
  if (Math.abs(reported - planned) <= limits.inputDeviation.fail * planned) return undefined
  return (
    `input-total: the server counts ${reported} prompt tokens where ${planned} were planned ` +
    `(limit ${renderShare(limits.inputDeviation.fail)} apart). Another workload was measured; check the tokenizer of the server.`
  )
}

/** Any of these makes a result `invalid`. */
export const invalidRules: readonly Rule[] = [
  nothingCame,
  failedRequests('fail'),
  givenUp,
  impossibleUsage,
  inexactInput,
  wrongInputTotal,
  censored('fail'),
  lateArrivals('fail'),
  lateClient('fail'),
  busyClient('fail'),
]
