import { expect, test } from 'vitest'
import { stepLines } from '../check/step-lines.ts'
import { tinyConfig } from '../core/engine.fixture.ts'
import type { EngineConfig } from '../core/engine-config.ts'
import { tinySglang } from '../core/sglang/sglang.fixture.ts'
import type { FittedConstants } from '../core/step-time/linear-step-time.ts'
import { fitStepTime } from '../fit/fit-step-time.ts'
import { samplesOfLog } from '../fit/samples-of-log.ts'
import { parseClosedLoopPlan } from './closed-loop-plan.ts'
import { type PlayedRequest, runClosedLoop } from './run-closed-loop.ts'
import { servedFigures } from './served-figures.ts'

const stepTime = {
  baseMs: 5,
  prefillMsPerToken: 0.05,
  prefillMsPerMillionTokenContext: 3,
  decodeMsPerSequence: 0.1,
  decodeMsPerThousandContext: 0.04,
  prefillMsPerSequence: 0.7,
  prefillMsPerThousandContext: 0.3,
}
const token_formula =
  'x=(block*4+j+1)>>>0; x=imul(x^(x>>>16),0x45d9f3b); x=imul(x^(x>>>16),0x45d9f3b); x=(x^(x>>>16))>>>0; word=x%4096; token id=256+word; text = " "+words[word]'

const draw = (at: number, salt: number, below: number) => (Math.imul(at * 31 + salt, 0x9e3779b1) >>> 8) % below

/** Sessions of a beginning that all share and one of their own that grows, in lanes that go from one straight to the next. */
function planOf(lanes: number, salt: number) {
  const ids = Array.from({ length: 4 * lanes }, (_, at) => at)
  const sessions = ids.map((at) => ({
    id: `s${at}`,
    turns: Array.from({ length: 5 }, (_, turn) => ({
      in: 4 * (20 + 15 * turn + draw(at, salt, 20)) + draw(at, turn, 3),
      out: 1 + draw(at, salt + turn, 40),
      delay: turn === 0 ? 0 : draw(at, turn + 7, 300) / 1e3,
      blocks: [
        [0, 12],
        [1000 * (at + 1), 8 + 15 * turn],
      ],
      tail: 500_000 + 10 * at + turn,
    })),
  }))
  const lane = (first: number) => ids.filter((at) => at % lanes === first).map((at) => `s${at}`)
  return { block_size: 4, token_formula, sessions, lanes: Array.from({ length: lanes }, (_, first) => lane(first)) }
}

const vllm = tinyConfig({ numBlocks: 4_000, maxNumBatchedTokens: 256, maxModelLen: 1_000 })
const sglang = tinySglang({ numBlocks: 9_000, chunkedPrefillSize: 128, maxPrefillTokens: 512, maxModelLen: 1_000 })

test.each<[string, Scheduler, Scheduler[]]>([
  [
    'vLLM',
    vllm,
    [
      { ...vllm, numBlocks: 300 },
      { ...vllm, maxNumBatchedTokens: 64 },
    ],
  ],
  [
    'SGLang',
    sglang,
    [
      { ...sglang, numBlocks: 1_500 },
      { ...sglang, enableOverlap: true },
    ],
  ],
])(
  'the log of one closed loop of %s tells every request of others, with other settings and plans',
  (_, logged, others) => {
    const lines: string[] = []
    const engine = engineOf(logged, stepTime)
    const steps = () => stepLines(engine, (line) => lines.push(line))
    runClosedLoop(parseClosedLoopPlan(planOf(4, 3), logged, 'plan'), engine, { steps })
    const { constants } = fitStepTime(samplesOfLog(lines, 'log').samples)
    for (const [name, value] of Object.entries(stepTime))
      expect(constants[name as keyof typeof stepTime]! / value, name).toBeCloseTo(1, 3)
    const hits = others.map((scheduler) => {
      const plan = parseClosedLoopPlan(planOf(7, 5), scheduler, 'plan')
      const [told, known] = [constants, stepTime].map((time) => runClosedLoop(plan, engineOf(scheduler, time)))
      expect(told).toHaveLength(140)
      expect(told!.map(rounded)).toEqual(known!.map(rounded))
      return servedFigures(told!).hitRate!
    })
    // The first evicts.
    expect(hits[0]).toBeLessThan(hits[1]!)
  },
)

type Scheduler = EngineConfig['scheduler']

function engineOf(scheduler: Scheduler, time: FittedConstants): EngineConfig {
  return { schema: 'engine/1', model: 'own', scheduler, stepTime: time }
}

function rounded({ id, firstMs, lastMs, cachedTokens }: PlayedRequest) {
  return [id, firstMs.toFixed(1), lastMs.toFixed(1), cachedTokens]
}
