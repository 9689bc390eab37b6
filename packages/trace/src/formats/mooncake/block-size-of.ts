import type { RecordedRow } from './parse.ts'

/** That of the public traces, whose rows do not say it. */
const usualSize = 512
const otherSizes = [8, 16, 32, 64, 128, 256, 1024, 2048]
/** Ids of another size fit hardly a row. */
const mostShare = 0.9

/**
 * Tokens per block id: 512, unless nearly all rows agree on another power of two. Every block has an id, also a last one that is not full.
 */
export function blockSizeOf(rows: readonly Pick<RecordedRow, 'inputTokens' | 'ids'>[]): {
  blockSize: number
  blockSizeFrom: 'format' | 'lengths'
} {
  const telling = rows.filter(({ ids }) => ids.length > 0)
  const fits = (size: number) =>
    telling.filter(({ inputTokens, ids }) => ids.length === Math.ceil(inputTokens / size)).length
  if (fits(usualSize) >= mostShare * telling.length) return { blockSize: usualSize, blockSizeFrom: 'format' }
  const fitting = otherSizes.map(fits)
  const most = Math.max(...fitting)
  return most >= mostShare * telling.length
    ? { blockSize: otherSizes[fitting.indexOf(most)]!, blockSizeFrom: 'lengths' }
    : { blockSize: usualSize, blockSizeFrom: 'format' }
}
