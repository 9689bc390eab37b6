import fc from 'fast-check'
import { expect, test } from 'vitest'
import { requestOf, tinyConfig } from '../engine.fixture.ts'
import type { SchedulerConfig } from '../engine-config.ts'
import type { EngineRequest } from '../engine-request.ts'
import { step } from './vllm-scheduler.fixture.ts'
import { VllmScheduler } from './vllm-scheduler.ts'

/**
 * The same rules written for reading and not for speed: lists of objects, and every waiting head looked up in every step. It shares no
 * code with the scheduler, so that what the scheduler spares (hash chains, successors, blocked heads) cannot hide a difference.
 */
class Reference {
  readonly #config: SchedulerConfig
  readonly #free: { key?: string; holders: number }[]
  /** Blocks with a key, the oldest first. */
  readonly #keyed: { key?: string; holders: number }[] = []
  readonly #running: Item[] = []
  readonly #waiting: Item[] = []

  constructor(config: SchedulerConfig) {
    this.#config = config
    this.#free = Array.from({ length: config.numBlocks - 1 }, () => ({ holders: 0 }))
  }

  add(request: EngineRequest): void {
    this.#waiting.push({ request, generated: 0, computed: 0, blocks: [], resumed: false })
  }

  step(): string {
    const {
      maxNumBatchedTokens,
      maxNumSeqs,
      blockSize,
      longPrefillTokenThreshold: threshold,
      enableChunkedPrefill,
    } = this.#config
    const cap = this.#running.length + this.#waiting.length > 1 ? threshold : 0
    let budget = maxNumBatchedTokens
    const entries: { item: Item; tokens: number; text: string }[] = []
    let preempted = ''
    const plan = (item: Item, tokens: number, mark: string) => {
      entries.push({ item, tokens, text: `${item.request.id}${mark} ${tokens}@${item.computed}` })
      budget -= tokens
    }
    pass: for (let at = 0; at < this.#running.length && budget > 0; at += 1) {
      const item = this.#running[at]!
      const tokens = Math.min(lengthOf(item) - item.computed, cap || Number.POSITIVE_INFINITY, budget)
      while (Math.ceil((item.computed + tokens) / blockSize) - item.blocks.length > this.#free.length) {
        const victim = this.#running.pop()!
        preempted += ` -${victim.request.id}`
        this.#letGo(victim)
        Object.assign(victim, { computed: 0, resumed: true })
        this.#waiting.unshift(victim)
        if (victim === item) break pass
      }
      this.#grow(item, item.computed + tokens)
      plan(item, tokens, '')
    }
    while (preempted === '' && budget > 0 && this.#running.length < maxNumSeqs && this.#waiting.length > 0) {
      const item = this.#waiting[0]!
      const hits = this.#hits(item)
      let tokens = Math.min(lengthOf(item) - hits.length * blockSize, cap || Number.POSITIVE_INFINITY)
      if (!enableChunkedPrefill && tokens > budget) break
      tokens = Math.min(tokens, budget)
      if (!this.#fits(item, hits, tokens)) break
      for (const block of hits) {
        if (block.holders === 0) this.#free.splice(this.#free.indexOf(block), 1)
        block.holders += 1
      }
      item.blocks = hits
      item.computed = hits.length * blockSize
      this.#grow(item, item.computed + tokens)
      this.#running.push(this.#waiting.shift()!)
      plan(item, tokens, item.resumed ? '' : '+')
    }
    const text = `${entries.map((entry) => entry.text).join(', ')}${preempted} | R${this.#running.length} W${this.#waiting.length} free ${this.#free.length}`
    for (const { item, tokens } of entries) this.#commit(item, tokens)
    return text
  }

  #fits(item: Item, hits: Block[], tokens: number): boolean {
    const { blockSize, reserveFullIsl, watermark, numBlocks } = this.#config
    const end = reserveFullIsl ? lengthOf(item) : hits.length * blockSize + tokens
    const needed = Math.ceil(end / blockSize) - hits.filter(({ holders }) => holders > 0).length
    return needed + (this.#running.length > 0 ? Math.floor(watermark * numBlocks) : 0) <= this.#free.length
  }

  #hits(item: Item): Block[] {
    const hits: Block[] = []
    for (;;) {
      const at = hits.length
      if (!this.#config.enablePrefixCaching || (at + 1) * this.#config.blockSize > lengthOf(item) - 1) return hits
      const block = this.#keyed.find(({ key }) => key === keyAt(item, at))
      if (!block) return hits
      hits.push(block)
    }
  }

  #grow(item: Item, end: number): void {
    const { blockSize, enablePrefixCaching } = this.#config
    while (item.blocks.length * blockSize < end) {
      const block = this.#free.shift()!
      if (block.key !== undefined) this.#keyed.splice(this.#keyed.indexOf(block), 1)
      delete block.key
      block.holders = 1
      item.blocks.push(block)
    }
    for (let at = 0; enablePrefixCaching && (at + 1) * blockSize <= end; at += 1) {
      const block = item.blocks[at]!
      if (block.key !== undefined) continue
      block.key = keyAt(item, at)
      this.#keyed.push(block)
    }
  }

  #commit(item: Item, tokens: number): void {
    item.computed += tokens
    if (item.computed < lengthOf(item)) return
    item.generated += 1
    if (item.generated < item.request.outputTokens) return
    this.#running.splice(this.#running.indexOf(item), 1)
    this.#letGo(item)
  }

  #letGo(item: Item): void {
    const freed = item.blocks.toReversed().filter((block) => --block.holders === 0)
    this.#free.unshift(...freed.filter(({ key }) => key === undefined))
    this.#free.push(...freed.filter(({ key }) => key !== undefined))
    item.blocks = []
  }
}

type Block = { key?: string; holders: number }
interface Item {
  readonly request: EngineRequest
  generated: number
  computed: number
  blocks: Block[]
  resumed: boolean
}

function lengthOf(item: Item): number {
  return item.request.promptTokens + item.generated
}

function keyAt({ request }: Item, at: number): string {
  return at < request.blockKeys.length ? `${request.blockKeys[at]}` : `${request.id}/${at}`
}

const arrival = fc.record({
  step: fc.nat(40),
  contents: fc.stringMatching(/^[xy]{0,9}$/),
  more: fc.integer({ min: 1, max: 9 }),
  outputTokens: fc.integer({ min: 1, max: 40 }),
})
const changes = fc.record({
  numBlocks: fc.integer({ min: 23, max: 45 }),
  maxNumSeqs: fc.integer({ min: 1, max: 6 }),
  maxNumBatchedTokens: fc.integer({ min: 4, max: 60 }),
  longPrefillTokenThreshold: fc.constantFrom(0, 0, 5),
  enableChunkedPrefill: fc.constantFrom(true, true, false),
  reserveFullIsl: fc.constantFrom(true, true, false),
  watermark: fc.constantFrom(0, 0.08),
  enablePrefixCaching: fc.constantFrom(true, true, false),
})

test('plans every step as the plainly written rules do', () => {
  fc.assert(
    fc.property(fc.array(arrival, { minLength: 1, maxLength: 16 }), changes, (arrivals, config) => {
      const [fast, plain] = [new VllmScheduler(tinyConfig(config)), new Reference(tinyConfig(config))]
      for (let at = 0; at < 150; at += 1) {
        for (const [index, { step: due, contents, more, outputTokens }] of arrivals.entries()) {
          if (due !== at) continue
          const request = requestOf(`r${index}`, contents.length * 4 + more, outputTokens, contents)
          fast.add(request)
          plain.add(request)
        }
        expect(step(fast)).toBe(plain.step())
      }
    }),
    { numRuns: 500 },
  )
})
