import { logText } from '@reprise/safe-text'
import type { TypedReason, Validation } from '../../result/validation.ts'

const longestLine = 400

/** A headline for the result, and below it why it is not what it might be. Plain text, whatever a file holds. */
export function renderValidation({ path, by, verdict, gates, reasons, submission }: Validation): string {
  const failed = gates.filter(({ outcome }) => outcome === 'fail')
  const word = by === 'result' && verdict !== 'unreadable' ? `${verdict}, by its own word` : verdict
  return [
    `${logText(path, longestLine)}: ${word}${submission ? `; ${officialText(submission)}` : ''}`,
    ...failed.map(({ name, says }) => line('gate', { code: name, says })),
    ...reasons.map((reason) => line('reason', reason)),
    ...(submission?.reasons ?? []).map((reason) => line('not official', reason)),
  ].join('\n')
}

function officialText({ by, official }: NonNullable<Validation['submission']>): string {
  const whose = logText(by, 60)
  if (official === 'unconfirmed')
    return `nothing says that it is no official run of ${whose}, but its records are not there`
  return official ? `an official run of ${whose}` : `no official run of ${whose}`
}

function line(what: string, { code, says }: TypedReason): string {
  return `  ${what.padEnd(12)} ${logText(code, 60)}: ${logText(says, longestLine)}`
}
