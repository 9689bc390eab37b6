import type { SglangSchedulerConfig } from '../engine-config.ts'
import type { EngineRequest } from '../engine-request.ts'
import { SglangScheduler } from './sglang-scheduler.ts'

/** 100 pages of one token and nothing in the way: tests narrow what they are about. */
export function tinySglang(changes: Partial<SglangSchedulerConfig> = {}): SglangSchedulerConfig {
  return {
    engine: 'sglang',
    numBlocks: 100,
    blockSize: 1,
    maxRunningRequests: 8,
    maxModelLen: 90,
    enablePrefixCaching: true,
    chunkedPrefillSize: 50,
    maxPrefillTokens: 100,
    schedulePolicy: 'fcfs',
    enableMixedChunk: false,
    enableOverlap: false,
    initNewTokenRatio: 0.5,
    minNewTokenRatio: 0.1,
    newTokenRatioDecay: 0.1,
    ...changes,
  }
}

/** A scheduler, and its steps as text: `E a+10 b+3@7` for prefills (tokens, and how many were there), `D a b` for decodes, `-` for none. */
export function stepper(changes: Partial<SglangSchedulerConfig> = {}) {
  const scheduler = new SglangScheduler(tinySglang(changes))
  const heard: string[] = []
  const listener = {
    tokens: () => {},
    finished: ({ request }: { request: EngineRequest }) => heard.push(request.id),
  }
  const schedule = (): string => {
    const plan = scheduler.schedule()
    if (plan.sequences.length === 0) return '-'
    const entries = plan.sequences.map(({ request: { id } }, at) => {
      if (plan.kind === 'decode') return id
      const before = plan.computedBefore[at]! > 0 ? `@${plan.computedBefore[at]}` : ''
      return `${id}+${plan.tokens[at]}${before}`
    })
    return `${plan.kind === 'extend' ? 'E' : 'D'} ${entries.join(' ')}`
  }
  const commit = () => scheduler.commit(listener)
  const step = () => {
    const text = schedule()
    commit()
    return text
  }
  return {
    scheduler,
    /** Who has ended, in order. */
    heard,
    commit,
    schedule,
    /** Scheduled and computed. */
    step,
    steps: (count: number) => Array.from({ length: count }, step),
  }
}
