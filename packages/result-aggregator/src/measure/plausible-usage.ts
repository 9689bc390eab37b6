import type { RequestRecord } from '@reprise/replay-engine'

/**
 * The record, without those of its server's token counts that cannot be, and with why. A replay leaves them out itself; records that were
 * written before it did still have them.
 */
export function plausibleUsage(record: RequestRecord): RequestRecord {
  const { inputTokens, outputTokens, cachedTokens, chunks, plannedInputTokens } = record
  const hasZeroInput = inputTokens === 0
  const hasZeroOutput = outputTokens === 0 && chunks !== undefined
  const isHitTooLarge = cachedTokens !== undefined && cachedTokens > (inputTokens || plannedInputTokens)
  if (!hasZeroInput && !hasZeroOutput && !isHitTooLarge) return record
  const ignored = new Set(record.ignoredUsage)
  const known = { ...record }
  if (hasZeroInput) {
    ignored.add('zero-input')
    delete known.inputTokens
  }
  if (hasZeroOutput) {
    ignored.add('zero-output')
    delete known.outputTokens
  }
  if (isHitTooLarge) {
    ignored.add('cached-above-input')
    delete known.cachedTokens
  }
  return { ...known, ignoredUsage: [...ignored] }
}
