import type { RequestRecord } from '@reprise/replay-engine'

/** The longest silence inside a reply: the largest time between neighbouring chunks. `undefined` where arrivals were not kept, or one chunk came. */
export function longestChunkGap({ chunkGapsMs }: RequestRecord): number | undefined {
  if (!chunkGapsMs || chunkGapsMs.length === 0) return undefined
  // Spread into Math.max, a hundred thousand chunks would be that many arguments.
  let longest = 0
  for (const gapMs of chunkGapsMs) if (gapMs > longest) longest = gapMs
  return longest
}
