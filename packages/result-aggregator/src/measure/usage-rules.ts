import type { Rule } from './evidence.ts'

/** What is wrong with the token counts of the server, as far as they were taken as unknown. */
export const implausibleUsage: Rule = ({ ignoredUsage, counts }) => {
  if (!ignoredUsage) return undefined
  const reasons = Object.entries(ignoredUsage.reasons).map(([reason, n]) => `${n} ${reason}`)
  return (
    `implausible-usage: ${ignoredUsage.requests} of ${counts.ok} replies came with token counts that cannot be (${reasons.join(', ')}); ` +
    'these are taken as unknown. Mend what the server, or a gateway before it, reports as usage.'
  )
}
