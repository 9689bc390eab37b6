import { expect, test } from 'vitest'
import { okRecord } from '../../../testing/run.fixture.ts'
import { runSeries } from './run-series.ts'

const phases = [{ phase: 'profiling' as const, startMs: 0, endMs: 60_000 }]

test('sixty steps: latencies and lengths where a request was sent, tokens and requests in flight as they spread', () => {
  const times = { sentMs: 10_500, firstTokenMs: 11_000, firstAnswerMs: 11_000, lastTokenMs: 13_000, doneMs: 13_000 }
  const record = okRecord({ ...times, inputTokens: 1000, cachedTokens: 250, outputTokens: 20 })
  const { stepMs, lines } = runSeries([record], { phases })!
  expect(stepMs).toBe(1_000)
  expect(lines.ttftP50Ms!.map((value, step) => [step, value]).filter(([, value]) => value !== -1)).toEqual([[10, 500]])
  expect(lines.inputTokens![10]).toBe(1000)
  expect(lines.hitShare![10]).toBe(0.25)
  expect([lines.inputP10Tokens![10], lines.inputP90Tokens![10]]).toEqual([1000, 1000])
  // Half a second of a thousand tokens, then all of it.
  expect(lines.tokensInFlight!.slice(9, 14)).toEqual([0, 500, 1000, 1000, 0])
  expect(lines.inFlight!.slice(9, 14)).toEqual([0, 0.5, 1, 1, 0])
  // Twenty tokens over two seconds.
  expect(lines.outputPerS!.slice(10, 14)).toEqual([0, 10, 10, 0])
})

test('what a server told is the mean of each step, a share where it is in percent; nothing where it told nothing', () => {
  const points = [
    { startMs: 0, height: 40 },
    { startMs: 500, height: 80 },
  ]
  const levels = [{ name: 'KV cache in use (server)', unit: 'percent', points }]
  const { lines } = runSeries([okRecord({})], { phases, levels })!
  expect(lines.kvUse!.slice(0, 3)).toEqual([0.6, 0.8, -1])
  expect(lines).not.toHaveProperty('serverWaiting')
})

test('what a meter read holds until it ends, and is not carried over a gap', () => {
  const points = [
    { startMs: 0, height: 300, endMs: 1_000 },
    { startMs: 1_000, height: 500, endMs: 1_500 },
    { startMs: 3_000, height: 100, endMs: 4_000 },
  ]
  const levels = [{ name: 'power of a GPU, mean', unit: 'W', points }]
  const { lines } = runSeries([okRecord({})], { phases, levels })!
  expect(lines.gpuPowerW!.slice(0, 5)).toEqual([300, 500, -1, 100, -1])
})

test('where prompts came from, as parts of a whole; nothing where only hits are told', () => {
  const told = {
    sentMs: 1_000,
    inputTokens: 1000,
    cachedTokens: 600,
    hostTokens: 100,
    diskTokens: 50,
    recomputedTokens: 80,
  }
  const { lines } = runSeries([okRecord(told)], { phases })!
  const at = (name: 'deviceShare' | 'hostShare' | 'diskShare' | 'recomputedShare' | 'computedShare') => lines[name]![1]
  expect([at('deviceShare'), at('hostShare'), at('diskShare')]).toEqual([0.45, 0.1, 0.05])
  expect([at('recomputedShare'), at('computedShare'), lines.hostShare![0]]).toEqual([0.08, 0.32, -1])
  expect(runSeries([okRecord({})], { phases })!.lines).not.toHaveProperty('deviceShare')
})

test('a run that lasted no time has none', () => {
  expect(runSeries([], { phases: [] })).toBeUndefined()
})
