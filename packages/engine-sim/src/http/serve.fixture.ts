import { onTestFinished } from 'vitest'
import type { EngineConfig, SchedulerConfig } from '../core/engine-config.ts'
import type { LinearStepTime } from '../core/step-time/linear-step-time.ts'
import type { ServedRequest } from './request-log.ts'
import { type RunningServer, type ServerOptions, startServer } from './server/start-server.ts'

/** A quick engine named as the one that made the captures, with its block size and context. */
export function quickEngine(
  options: { scheduler?: Partial<SchedulerConfig>; stepTime?: Partial<LinearStepTime> } = {},
): EngineConfig {
  return {
    schema: 'engine/1',
    model: 'tiny',
    scheduler: {
      numBlocks: 4096,
      blockSize: 64,
      maxNumSeqs: 64,
      maxNumBatchedTokens: 8192,
      maxModelLen: 131072,
      enablePrefixCaching: true,
      enableChunkedPrefill: true,
      longPrefillTokenThreshold: 0,
      reserveFullIsl: true,
      watermark: 0,
      ...options.scheduler,
    },
    stepTime: {
      baseMs: 1,
      prefillMsPerToken: 0,
      prefillMsPerMillionTokenContext: 0,
      decodeMsPerSequence: 0,
      decodeMsPerThousandContext: 0,
      ...options.stepTime,
    },
  }
}

/** A server on a free port that ends with the test, and what it logged. */
export async function serveForTest(
  options: Partial<ServerOptions> = {},
): Promise<RunningServer & { readonly log: ServedRequest[] }> {
  const log: ServedRequest[] = []
  const server = await startServer({
    engine: quickEngine(),
    port: 0,
    requestLog: (entry) => log.push(entry),
    ...options,
  })
  onTestFinished(() => server.close())
  return { ...server, log }
}

export function wordsOf(count: number, word = 'word'): string {
  return Array.from({ length: count }, (_, index) => `${word}${index}`).join(' ')
}
