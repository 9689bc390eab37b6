import { planReplay } from '@reprise/replay-engine'
import { fixedLengthCorpus, synthCorpus } from '@reprise/trace'
import { expect, test } from 'vitest'
import { aboutText, clockText } from './clock-text.ts'
import { renderLengths, runLength } from './run-length.ts'

const corpus = synthCorpus({ seed: 1, traces: 4, scale: 0.02, turnScale: 1 })
const pace = { inputTokensPerS: 10_000, msPerOutputToken: 10 }

test('a window: warm-up at the pace of a prompt, the pause, the window, and the longest reply as what is in flight', () => {
  const plan = planReplay(corpus, { seed: 1, lanes: 3 })
  const { warmup, ...length } = runLength(plan, { pace })
  const longest = Math.max(
    ...plan.trees.flatMap(({ sessions }) => sessions.flatMap(({ turns }) => turns.map((turn) => turn.outputTokens))),
  )
  const warmupMs = (warmup!.inputTokens / pace.inputTokensPerS) * 1_000 + warmup!.longestOutputTokens * 10
  expect(warmup).toMatchObject({ requests: 3, aboutMs: warmupMs, limitMs: 1_800_000 })
  const drainMs = Math.min(60_000, longest * 10)
  expect(length).toEqual({
    ...{ load: '3 lanes', quiesceMs: 5_000, windowMs: 1_800_000, drainMs: 60_000 },
    aboutMs: warmupMs + 5_000 + 1_800_000 + drainMs,
  })
})

test('nobody knows the pace: the warm-up is not told, and all of the drain counts', () => {
  const length = runLength(planReplay(corpus, { seed: 1, lanes: 1 }))
  expect(length.warmup).not.toHaveProperty('aboutMs')
  expect(length.aboutMs).toBe(5_000 + 1_800_000 + 60_000)
  expect(renderLengths([length])).toBe(
    'length: 1 lane, a warm-up of 1 request (at most 30 min), 30:00 measured, up to 1:00 for what is in flight: about 31 min and the warm-up; Ctrl-C keeps what is measured',
  )
})

test('a warm-up takes no longer than its limit, and a resumed run no longer than what is left of its window', () => {
  const plan = planReplay(corpus, { seed: 1, lanes: 3, overrides: { warmupLimitMs: 10 } })
  expect(runLength(plan, { pace: { inputTokensPerS: 1 } }).warmup!.aboutMs).toBe(10)
  expect(runLength(plan, { profiledMs: 1_500_000 }).windowMs).toBe(300_000)
})

test('several runs are told in one line, and what else may end them', () => {
  const lengths = [1, 3].map((lanes) => runLength(planReplay(corpus, { seed: 1, lanes }), { pace }))
  expect(renderLengths(lengths)).toMatch(
    /^length: 2 runs \(1 lane, 3 lanes\), each a warm-up of 1 to 3 requests \(about \d+ s to \d+ s, at most 30 min\), 30:00 measured, up to 1:00 for what is in flight: about 1 h( \d min)?; Ctrl-C/,
  )
  expect(renderLengths(lengths, { orSooner: '6 requests have ended' })).toMatch(
    /, or until 6 requests have ended: at most about 1 h/,
  )
  expect(renderLengths([...lengths, ...lengths])).toMatch(/^length: 4 runs \(1 lane, 3 lanes, 2 times\), each /)
  expect(renderLengths(lengths, { simulated: true })).toBe(
    'length: 2 runs (1 lane, 3 lanes), each 30:00 measured, on simulated time',
  )
})

test('without a window it says what there is to play; at recorded times, over how long', () => {
  const lengths = { inputTokens: 8, outputTokens: 1, rangeRatio: 1, blockSize: 64 }
  const fixed = planReplay(fixedLengthCorpus({ seed: 1, requests: 24, ...lengths }), {
    ...{ seed: 1, lanes: 2, preset: 'fixed-seq-len' },
  } as const)
  expect(renderLengths([runLength(fixed)])).toBe(
    'length: 2 lanes, a warm-up of 4 requests (at most 30 min), until 24 requests have ended; Ctrl-C keeps what is measured',
  )
  const recorded = planReplay(corpus, { seed: 1, preset: 'fixed-schedule' })
  const last = Math.max(
    ...recorded.trees.flatMap(({ sessions }) =>
      sessions.flatMap(({ turns }) => turns.map((turn) => turn.targetMs ?? 0)),
    ),
  )
  expect(runLength(recorded)).toMatchObject({ recordedMs: last, aboutMs: last + 60_000 })
  expect(renderLengths([runLength(recorded)])).toMatch(/^length: schedule x 1, \d+ requests at recorded times over \d/)
})

test('about is said as one says it, and a clock in whole seconds', () => {
  const said = [400, 34_000, 89_000, 3_570_000, 5_460_000, 7_200_000].map(aboutText)
  expect(said).toEqual(['1 s', '35 s', '1 min', '1 h', '1 h 31 min', '2 h'])
  expect([0, 65_999, 3_600_000].map(clockText)).toEqual(['0:00', '1:05', '1:00:00'])
})
