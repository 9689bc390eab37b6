import { expect, test } from 'vitest'
import type { EngineConfig } from '../core/engine-config.ts'
import type { EngineRequest } from '../core/engine-request.ts'
import { makeEngine } from '../core/engines/make-engine.ts'
import { parseEngineConfig } from '../core/parse-engine-config.ts'
import { fitStepTime } from '../fit/fit-step-time.ts'
import { samplesOfLog } from '../fit/samples-of-log.ts'
import { checkSteps } from './check-steps.ts'
import { PlannedPrompts } from './planned-prompts.ts'
import { SglangPrompts } from './sglang-prompts.ts'
import { stepLines } from './step-lines.ts'
import { handPlan } from './step-log.fixture.ts'

const constants = {
  ...{ baseMs: 5, prefillMsPerToken: 0.05, prefillMsPerMillionTokenContext: 40 },
  ...{ decodeMsPerSequence: 0.3, decodeMsPerThousandContext: 0.2 },
}

function engineOf(scheduler: object, stepTime: object = constants, fleet?: object): EngineConfig {
  return parseEngineConfig(JSON.stringify({ scheduler, stepTime, ...(fleet && { fleet }) }))
}

/** What engines log of requests that come at their instants, by their names, and what was told of the requests. */
function logsOf(config: EngineConfig, arrivals: readonly (readonly [atMs: number, request: EngineRequest])[]) {
  const [logs, heard]: [Map<string, string[]>, string[]] = [new Map(), []]
  const drive = (steps: boolean) => {
    const told: string[] = []
    const engine = makeEngine(
      config,
      {
        tokens: ({ id }, count, atMs) => told.push(`${id} ${count} ${atMs}`),
        finished: ({ id }, cached, atMs) => told.push(`${id} end ${cached} ${atMs}`),
      },
      {
        fastForward: true,
        ...(steps && {
          steps: (name = '') => {
            const lines: string[] = []
            logs.set(name, lines)
            return stepLines(config, (line) => lines.push(line))
          },
        }),
      },
    )
    for (const [atMs, request] of arrivals) {
      while (engine.wakeMs !== undefined && engine.wakeMs < atMs) engine.advance(engine.wakeMs)
      engine.submit(request, atMs)
    }
    while (engine.wakeMs !== undefined) engine.advance(engine.wakeMs)
    return told
  }
  heard.push(...drive(true))
  // Who listens changes nothing, though steps are no longer taken several at a time.
  expect(heard).toEqual(drive(false))
  return logs
}

const prompts = new PlannedPrompts(handPlan, 4, 'p')
const planned = (id: string) => prompts.request(id)!
const tiny = { numBlocks: 5, blockSize: 4, maxNumSeqs: 4, maxNumBatchedTokens: 64, maxModelLen: 16 }

test.each([{ asyncScheduling: false }, { asyncScheduling: true }])(
  'what an engine of vLLM logs is what the scheduler would do, preemption and hits: %o',
  (changes) => {
    const log = logsOf(engineOf({ ...tiny, ...changes }), [
      [100, planned('p.0')],
      [100, planned('q.0')],
      [600, planned('q.1')],
    ]).get('')!
    expect(log.some((line) => line.startsWith('{"preempt":"q.0"'))).toBe(true)
    expect(checkSteps(handPlan, log)).toMatchObject({
      mismatches: 0,
      steps: log.filter((line) => line.startsWith('{"s"')).length,
    })
  },
)

test('a step as it is told, by hand', () => {
  const log = logsOf(engineOf({ ...tiny, numBlocks: 9 }), [[100, planned('p.0')]]).get('')!
  // 5 + 8 x 0.05 ms and 40 ms a million of 8 x 4.5; then 5 + 0.3 ms and 0.2 ms a thousand of 9.
  expect(log.slice(1)).toEqual([
    '{"add":"p.0","t":0.1}',
    '{"s":0,"t":0.1,"run":[["p.0",8,0,1]],"R":1,"W":0,"free":6,"e":0.00540144,"kv":0.25}',
    '{"s":1,"t":0.10540144,"run":[["p.0",1,8]],"R":1,"W":0,"free":5,"e":0.0053018,"kv":0.375}',
  ])
})

const sglangPlan = {
  token_formula:
    'token k (k=1..n) of segment [x0,n]: x=(x0+k)>>>0; x=imul(x^(x>>>16),0x45d9f3b)>>>0; x=imul(x^(x>>>16),0x45d9f3b)>>>0; x=(x^(x>>>16))>>>0; id=256+x%4096',
  sessions: [
    { id: 'p', turns: [{ in: 8, out: 2, segs: [[1000, 8]], outx: 2000, ie: true, max: 2 }] },
    { id: 'q', turns: [{ in: 6, out: 3, segs: [[1000, 4], [5000, 2]], outx: 6000, ie: false, max: 6 }] }, // biome-ignore format: one turn, one line
  ],
}

test.each([false, true])(
  'what an engine of SGLang logs is what its scheduler would do, instants included; overlap %s',
  (enableOverlap) => {
    const scheduler = {
      ...{
        engine: 'sglang',
        numBlocks: 30,
        blockSize: 1,
        maxRunningRequests: 4,
        chunkedPrefillSize: 10,
        maxModelLen: 28,
      },
      enableOverlap,
    }
    const stepTime = { baseMs: 5, prefillMsPerToken: 0.05, prefillMsPerMillionTokenContext: 0, decodeMsPerSequence: 0, decodeMsPerThousandContext: 0 } // biome-ignore format: the form of the log's own
    const of = new SglangPrompts(sglangPlan, 1, 'p')
    const [head, ...log] = logsOf(engineOf(scheduler, stepTime), [
      [0, of.request('p.0')!],
      [0, of.request('q.0')!],
    ]).get('')!
    expect(() => checkSteps(sglangPlan, [head!, ...log])).toThrow(/cfg has no "step_time"/)
    const { cfg } = JSON.parse(head!) as { cfg: object }
    const timed = JSON.stringify({ cfg: { ...cfg, step_time: { a: 5000, b: 50, c: 0, d: 1e12 } } })
    expect(log.filter((line) => line.startsWith('{"s"')).length).toBeGreaterThan(3)
    expect(checkSteps(sglangPlan, [timed, ...log])).toMatchObject({ mismatches: 0, differences: [] })
  },
)

/** Requests of other lengths every time, several at once. */
const mixed = Array.from({ length: 90 }, (_, at): [number, EngineRequest] => {
  const [promptTokens, outputTokens] = [200 + ((at * 389) % 3_000), 3 + ((at * 7) % 30)]
  const request = { id: `r${at}`, promptTokens, outputTokens, blockKeys: new Float64Array(0), finishReason: 'length' }
  return [at * 40, request as EngineRequest]
})

test.each([{}, { asyncScheduling: true }, { engine: 'sglang' }, { engine: 'sglang', enableOverlap: false }])(
  'the constants that made the steps are found in the log of %o',
  (scheduler) => {
    const lines = logsOf(engineOf(scheduler), mixed).get('')!
    const { constants: found } = fitStepTime(samplesOfLog(lines, 'steps').samples)
    for (const [name, value] of Object.entries(constants))
      expect(found[name as keyof typeof found], name).toBeCloseTo(value, 3)
  },
)

test('each engine of a fleet has a log of its own', () => {
  const apart = {
    prefillWorkers: 1,
    prefillRouter: { routing: 'kv' },
    decodeWorkers: 2,
    decodeRouter: { routing: 'round-robin' },
  }
  expect([
    ...logsOf(engineOf({}, constants, { workers: 2, router: { routing: 'round-robin' } }), mixed.slice(0, 3)).keys(),
  ]).toEqual(['0', '1'])
  const logs = logsOf(engineOf({}, constants, { ...apart, transfer: {} }), mixed.slice(0, 3))
  expect([...logs.keys()]).toEqual(['prefill-0', 'decode-0', 'decode-1'])
  const added = [...logs.values()].map((lines) => lines.filter((line) => line.startsWith('{"add"')).length)
  expect(added).toEqual([3, 2, 1])
  // Where SGLang decodes, nothing of a prompt is computed.
  const kinds = (lines: readonly string[]) => new Set(lines.flatMap((line) => /"k":"(.)"/.exec(line)?.[1] ?? []))
  const sglang = logsOf(engineOf({ engine: 'sglang' }, constants, { ...apart, transfer: {} }), mixed.slice(0, 3))
  expect([...sglang].map(([name, lines]) => [name, [...kinds(lines)]])).toEqual([
    ['prefill-0', ['E']],
    ['decode-0', ['D']],
    ['decode-1', ['D']],
  ])
})

test('a setting that a log of vLLM does not have is told, and its reader refuses it', () => {
  const lines = logsOf(engineOf({ ...tiny, evictionPolicy: 'lineage' }), [[0, planned('p.0')]]).get('')!
  expect(() => checkSteps(handPlan, lines)).toThrow(/eviction_policy/)
})

test('refuses to log the steps of an engine of which a log could be held against none', () => {
  const speculation = { numSpeculativeTokens: 2, syntheticAcceptanceLength: 2 }
  const refused = (config: EngineConfig) => expect(() => stepLines(config, () => {}))
  refused({ ...engineOf({}), dataParallelSize: 2 }).toThrow(/leave dataParallelSize out/)
  refused(engineOf({ speculation })).toThrow(/leave scheduler\.speculation out/)
  refused(engineOf({ engine: 'trtllm' })).toThrow(/leave scheduler\.engine out/)
})
