import type { EngineConfig } from './engine-config.ts'

/** The author of an engine description can fix this. */
export class EngineConfigError extends Error {
  override readonly name = 'EngineConfigError'
}

/**
 * Refuses an engine in which a request that fits the context could wait for ever.
 *
 * @throws EngineConfigError naming the settings and what to write instead.
 */
export function checkEngineConfig({ scheduler }: EngineConfig, place = ''): void {
  const { numBlocks, blockSize, maxModelLen, enableChunkedPrefill, longPrefillTokenThreshold, maxNumBatchedTokens } =
    scheduler
  const blocks = Math.ceil(maxModelLen / blockSize)
  if (blocks > numBlocks - 1) {
    throw new EngineConfigError(
      `${place}scheduler.maxModelLen ${maxModelLen} needs ${blocks} blocks of ${blockSize} tokens and numBlocks ${numBlocks} leaves ${numBlocks - 1}; ` +
        `write numBlocks of at least ${blocks + 1}, or maxModelLen of at most ${(numBlocks - 1) * blockSize}`,
    )
  }
  const longestPiece = longPrefillTokenThreshold > 0 ? Math.min(maxModelLen, longPrefillTokenThreshold) : maxModelLen
  if (!enableChunkedPrefill && maxNumBatchedTokens < longestPiece) {
    const what = longestPiece === maxModelLen ? 'maxModelLen' : 'longPrefillTokenThreshold'
    throw new EngineConfigError(
      `${place}scheduler.enableChunkedPrefill is false, so a prompt must fit one step, and maxNumBatchedTokens ${maxNumBatchedTokens} is below ` +
        `${what} ${longestPiece}; write maxNumBatchedTokens of at least ${longestPiece}, or enableChunkedPrefill true`,
    )
  }
}
