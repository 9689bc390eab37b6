import type { SchedulerConfig } from './engine-config.ts'
import type { EngineRequest } from './engine-request.ts'
import { mixKey } from './mix-key.ts'
import type { Scheduler } from './scheduler.ts'

/** Blocks of 4 tokens and nothing in the way: tests narrow what they are about. */
export function tinyConfig(changes: Partial<SchedulerConfig> = {}): SchedulerConfig {
  return {
    numBlocks: 101,
    blockSize: 4,
    maxNumSeqs: 8,
    maxNumBatchedTokens: 100,
    maxModelLen: 400,
    enablePrefixCaching: true,
    enableChunkedPrefill: true,
    longPrefillTokenThreshold: 0,
    reserveFullIsl: true,
    watermark: 0,
    ...changes,
  }
}

/** A request whose first blocks hold the given contents, a letter each; what follows is its own. */
export function requestOf(id: string, promptTokens: number, outputTokens: number, contents = ''): EngineRequest {
  let key = 1
  const keys = [...contents].map((content) => {
    key = mixKey(key, content.codePointAt(0)!)
    return key
  })
  return { id, promptTokens, outputTokens, blockKeys: Float64Array.from(keys), finishReason: 'length' }
}

/** One step, scheduled and committed: `id tokens@computed`, with `+` where new, then what was taken away and what is left. */
export function step(scheduler: Scheduler): string {
  const plan = scheduler.schedule()
  const entries = plan.sequences.map(
    ({ request }, at) => `${request.id}${plan.isNew[at] ? '+' : ''} ${plan.tokens[at]}@${plan.computedBefore[at]}`,
  )
  const preempted = plan.preempted.map(({ sequence }) => ` -${sequence.request.id}`)
  const { running, waiting, pool } = scheduler
  const text = `${entries.join(', ')}${preempted.join('')} | R${running.length} W${waiting.length} free ${pool.freeBlocks}`
  scheduler.commit({ token: () => {}, finished: () => {} })
  return text
}
