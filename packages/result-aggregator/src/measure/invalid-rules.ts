import type { Counts } from '../result/result.ts'
import { censored } from './censored-rule.ts'
import { busyClient, lateClient } from './client-rules.ts'
import type { Rule } from './evidence.ts'
import { givenUp } from './given-up-rule.ts'
import { renderShare } from './wording.ts'

const nothingCame: Rule = ({ counts }) => {
  if (counts.ok > 0) return undefined
  const outcomes = `${counts.failed} failed, ${counts.truncated} truncated, ${counts.cancelled} cancelled`
  const what =
    counts.requests === 0 ? 'no request was sent in the profiling phase' : `not one request ended well: ${outcomes}`
  return `no-ok-request: ${what}; nothing was measured. Check the server, or give the run more time.`
}

const tooManyFailed: Rule = ({ counts }, limits) => {
  if (counts.requests === 0 || counts.failed <= limits.failedShare * counts.requests) return undefined
  const classes = Object.entries(counts.failures).map(([name, n]) => `${n} ${name}`)
  return (
    `failed-requests: ${counts.failed} of ${counts.requests} requests failed (${renderShare(counts.failed / counts.requests)}, ` +
    `limit ${renderShare(limits.failedShare)}): ${classes.join(', ')}. ${cureOf(counts, 'Mend the server or lower the load')}, then run again.`
  )
}

/** Where most failures are of the client's own host, mending the server would mend nothing. */
function cureOf({ failed, failures }: Counts, cure: string): string {
  const own = failures['client-host'] ?? 0
  return own > failed / 2 ? "Mend the client's host, as the messages of its records say" : cure
}

const inexactInput: Rule = ({ inputTokens }, limits) => {
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
  tooManyFailed,
  givenUp,
  inexactInput,
  wrongInputTotal,
  censored('fail'),
  lateClient('fail'),
  busyClient('fail'),
]
