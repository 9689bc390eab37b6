import { expect, test } from 'vitest'
import { EngineConfigError } from './check-engine-config.ts'
import { defaultEngine, defaultSglangScheduler } from './default-engine.ts'
import { EngineConfig } from './engine-config.ts'
import { parseEngineConfig } from './parse-engine-config.ts'

const messageOf = (text: string): string => {
  try {
    parseEngineConfig(text, 'mine.json')
  } catch (error) {
    expect(error).toBeInstanceOf(EngineConfigError)
    return (error as Error).message
  }
  return 'no error'
}

test('the default engine is valid, and takes eight contexts of 100,000 tokens', () => {
  expect(parseEngineConfig(JSON.stringify(defaultEngine()))).toEqual(defaultEngine())
  const { numBlocks, blockSize } = EngineConfig.parse(defaultEngine()).scheduler
  expect((numBlocks - 1) * blockSize).toBeGreaterThan(8 * 100_000)
})

test('what a file leaves out is the default', () => {
  const engine = parseEngineConfig('{"model": "mine", "scheduler": {"watermark": 0.05}, "stepTime": {"baseMs": 3}}')
  const base = defaultEngine()
  expect(engine).toEqual({
    ...base,
    model: 'mine',
    scheduler: { ...base.scheduler, watermark: 0.05 },
    stepTime: { ...base.stepTime, baseMs: 3 },
  })
})

test('a cache smaller than the default context shortens it, unless the file names a context', () => {
  expect(parseEngineConfig('{"scheduler": {"numBlocks": 101}}').scheduler.maxModelLen).toBe(6400)
  expect(parseEngineConfig('{"scheduler": {"numBlocks": 101, "maxModelLen": 999}}').scheduler.maxModelLen).toBe(999)
})

test('every wrong setting is named by its path', () => {
  const message = messageOf('{"scheduler": {"numBlocks": 1, "blocks": 4}, "stepTime": {"baseMs": -1}}')
  expect(message).toMatch(/^mine\.json: scheduler\.numBlocks: /)
  expect(message).toMatch(/"blocks"/)
  expect(message).toMatch(/; stepTime\.baseMs: /)
})

test('what is not JSON is said to be so, on one line', () => {
  expect(messageOf('{"model":\u001b[31m\n')).toMatch(/^mine\.json: not JSON \(\P{Cc}*\); write an object like/u)
})

test('an engine that could leave a request waiting for ever is refused, with the cure', () => {
  expect(messageOf('{"scheduler": {"numBlocks": 100, "maxModelLen": 6337}}')).toMatch(
    /^mine\.json: .* needs 100 blocks.* leaves 99; write numBlocks of at least 101/,
  )
  expect(messageOf('{"scheduler": {"numBlocks": 100, "maxModelLen": 6336}}')).toBe('no error')
  expect(messageOf('{"scheduler": {"enableChunkedPrefill": false}}')).toMatch(
    /write maxNumBatchedTokens of at least 1048576/,
  )
  const piece = { enableChunkedPrefill: false, longPrefillTokenThreshold: 10_000, maxModelLen: 200_000 }
  const budget = (maxNumBatchedTokens: number) => JSON.stringify({ scheduler: { ...piece, maxNumBatchedTokens } })
  expect(messageOf(budget(199_999))).toMatch(/write maxNumBatchedTokens of at least 200000/)
  expect(messageOf(budget(200_000))).toBe('no error')
  const drafts = { speculation: { numSpeculativeTokens: 3, syntheticAcceptanceLength: 2 } }
  expect(messageOf(JSON.stringify({ scheduler: { ...drafts, maxNumBatchedTokens: 3 } }))).toMatch(/write at least 4/)
  expect(messageOf(JSON.stringify({ scheduler: { ...drafts, maxNumBatchedTokens: 4 } }))).toBe('no error')
})

test('a file that names SGLang changes parts of its default scheduler', () => {
  const { scheduler } = parseEngineConfig('{"scheduler": {"engine": "sglang", "schedulePolicy": "lpm"}}')
  expect(scheduler).toEqual({ ...defaultSglangScheduler(), schedulePolicy: 'lpm' })
  expect(parseEngineConfig('{"scheduler": {"engine": "sglang", "numBlocks": 102}}').scheduler.maxModelLen).toBe(6400)
})

test('settings of one engine are not taken for another, and an engine that there is not is named', () => {
  expect(messageOf('{"scheduler": {"engine": "sglang", "maxNumSeqs": 4}}')).toMatch(/"maxNumSeqs"/)
  expect(messageOf('{"scheduler": {"schedulePolicy": "lpm"}}')).toMatch(/"schedulePolicy"/)
  expect(messageOf('{"scheduler": {"engine": "trt"}}')).toMatch(/scheduler\.engine: .*sglang/)
})

test('tiers of another engine are refused with what to write', () => {
  const scheduler = { engine: 'sglang', kvOffload: { hostBlocks: 1, tokenBytes: 1, host: { gbPerS: 1 } } }
  expect(() => parseEngineConfig(JSON.stringify({ scheduler }), 'e.json')).toThrow(
    /e\.json: scheduler\.kvOffload: is of vLLM; write hicache.*leave it out/,
  )
  const hicache = { hostPages: 1, tokenBytes: 1, host: { gbPerS: 1 } }
  expect(messageOf(JSON.stringify({ scheduler: { engine: 'sglang', hicache } }))).toBe('no error')
  expect(messageOf(JSON.stringify({ scheduler: { hicache } }))).toMatch(/"hicache"/)
})

test('drafts: room for them bounds the context of SGLang, which mixes none into prefills', () => {
  const speculation = { numSpeculativeTokens: 3, syntheticAcceptanceLength: 2.5 }
  const sglang = { engine: 'sglang', numBlocks: 102, speculation }
  expect(parseEngineConfig(JSON.stringify({ scheduler: sglang })).scheduler.maxModelLen).toBe(6400 - 8)
  expect(messageOf(JSON.stringify({ scheduler: { ...sglang, maxModelLen: 6393 } }))).toMatch(/at most 6392/)
  expect(messageOf(JSON.stringify({ scheduler: { ...sglang, enableMixedChunk: true } }))).toMatch(
    /scheduler\.speculation: .*write enableMixedChunk false/,
  )
  const wrong = { numSpeculativeTokens: 3, syntheticAcceptanceLength: 5 }
  expect(messageOf(JSON.stringify({ scheduler: { speculation: wrong } }))).toMatch(/speculation: .*more than/)
})

test('ranks are told to no router that goes by blocks', () => {
  const fleet = { workers: 2, router: { routing: 'kv' } }
  expect(messageOf(JSON.stringify({ dataParallelSize: 2, fleet }))).toMatch(/write a router other than kv/)
})

test('engines that decode: as those that compute prompts but for what is said, and of the same kind, blocks and context', () => {
  const router = { routing: 'round-robin' }
  const fleet = { prefillWorkers: 1, prefillRouter: router, decodeWorkers: 2, decodeRouter: router, transfer: {} }
  const described = (decodeEngine: object, rest: object = {}) => ({
    ...{ fleet, decodeEngine, scheduler: { numBlocks: 4096 }, stepTime: { baseMs: 9 } },
    ...rest,
  })
  const parsed = parseEngineConfig(
    JSON.stringify(described({ scheduler: { numBlocks: 1024, maxNumSeqs: 7 }, dataParallelSize: 2 })),
  )
  // 1,023 blocks of 64 tokens are what both can take.
  expect(parsed.scheduler).toMatchObject({ numBlocks: 4096, maxNumSeqs: 256, maxModelLen: 65_472 })
  expect(parsed.decodeEngine).toMatchObject({
    scheduler: { numBlocks: 1024, maxNumSeqs: 7, maxModelLen: 65_472 },
    stepTime: { baseMs: 9 },
    dataParallelSize: 2,
  })
  expect(parsed.dataParallelSize).toBeUndefined()
  const refused = (decodeEngine: object, rest: object = {}) =>
    expect(messageOf(JSON.stringify(described(decodeEngine, rest))))
  refused({}).toBe('no error')
  refused({}, { fleet: undefined }).toMatch(/decodeEngine is of workers that decode.*or leave it out$/)
  refused({}, { fleet: { workers: 2, router } }).toMatch(/decodeEngine is of workers that decode/)
  refused({ scheduler: { blockSize: 32 } }).toMatch(/decodeEngine.scheduler.blockSize 32 is not the 64 .*write 64$/)
  refused({ scheduler: { maxModelLen: 99 } }).toMatch(/decodeEngine.scheduler.maxModelLen 99 is not the 1048576 /)
  refused({ scheduler: { maxNumSeq: 9 } }).toMatch(/decodeEngine.scheduler: .*maxNumSeq/)
  refused({ stepTime: { kind: 'roofline' } }).toMatch(/decodeEngine.stepTime.model/)
  refused({ scheduler: { enableChunkedPrefill: false } }).toMatch(/decodeEngine.scheduler.enableChunkedPrefill/)
  const byBlocks = { ...fleet, decodeRouter: { routing: 'kv' } }
  refused({ dataParallelSize: 2 }, { fleet: byBlocks }).toMatch(/decodeEngine.dataParallelSize: which of its ranks/)
  refused({ dataParallelSize: 1 }, { fleet: byBlocks, dataParallelSize: 2 }).toBe('no error')
})

test('TensorRT-LLM: parts of its default scheduler, a step that takes a prompt, no ranks and no prefill workers', () => {
  const trtllm = (changes: object = {}) => ({ engine: 'trtllm', ...changes })
  const { scheduler } = parseEngineConfig(JSON.stringify({ scheduler: trtllm({ maxBatchSize: 9 }) }))
  expect(scheduler).toMatchObject({ capacitySchedulerPolicy: 'GUARANTEED_NO_EVICT', maxBatchSize: 9, blockSize: 64 })
  const refused = (changes: object, rest: object = {}) =>
    expect(messageOf(JSON.stringify({ scheduler: trtllm(changes), ...rest })))
  refused({ maxNumTokens: 63 }).toMatch(/maxNumTokens 63 .*write at least 64$/)
  refused({ maxNumTokens: 64 }).toBe('no error')
  refused({ enableChunkedPrefill: false, maxModelLen: 9000 }).toMatch(/write at least 9000, or enableChunkedPrefill/)
  refused({ numBlocks: 100, maxModelLen: 6337 }).toMatch(/needs 100 blocks/)
  refused({}, { dataParallelSize: 2 }).toMatch(/dataParallelSize: how TensorRT-LLM shares/)
  refused({ kvOffload: {} }).toMatch(/TensorRT-LLM's tiers are not modelled/)
  const router = { routing: 'round-robin' }
  const fleet = { prefillWorkers: 1, prefillRouter: router, decodeWorkers: 1, decodeRouter: router, transfer: {} }
  refused({}, { fleet }).toMatch(/how TensorRT-LLM hands prompts over/)
})
