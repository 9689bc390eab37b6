import { fixedLengthCorpus } from '@reprise/trace'
import { describe, expect, test } from 'vitest'
import { corpusOf, on, plainTrace, traceOf } from '../corpus.fixture.ts'
import { playOf } from './load.ts'
import { PlanError } from './plan-error.ts'
import { planLoad } from './plan-load.ts'
import { planReplay } from './plan-replay.ts'
import { fixedLengthPreset, type PresetName, presets } from './presets.ts'
import { parsePlan, planDigest, renderPlan } from './render-plan.ts'

const corpus = corpusOf([plainTrace('a', 3, 90_000), plainTrace('b', 2, 500), plainTrace('c', 5)])

describe('delays', () => {
  const delaysOf = (overrides: object) =>
    planReplay(corpus, { seed: 1, lanes: 1, overrides })
      .trees.slice(0, 2)
      .map(({ sessions }) => sessions[0]!.turns.flatMap(({ needs }) => needs.map(({ delayMs }) => delayMs)))

  test('are capped first and scaled then', () => {
    expect(delaysOf({})).toEqual([[60_000, 60_000], [500]])
    expect(delaysOf({ timeScale: 0.02 })).toEqual([[1_200, 1_200], [10]])
    expect(delaysOf({ thinkCapMs: 100, timeScale: 2 })).toEqual([[200, 200], [200]])
  })

  test('are as recorded where the cap is taken away', () => {
    expect(delaysOf({ thinkCapMs: 'as-recorded' })).toEqual([[90_000, 90_000], [500]])
  })
})

describe('context', () => {
  const long = corpusOf([
    traceOf('fits', [{ id: 'root', turns: [{ inputTokens: 900, outputTokens: 100 }] }]),
    traceOf('grows', [{ id: 'root', turns: [{ inputTokens: 800 }, { inputTokens: 995, outputTokens: 6 }] }]),
    traceOf('starts too long', [{ id: 'root', turns: [{ inputTokens: 1_000, outputTokens: 0 }] }]),
  ])

  test('a turn is over it when input and output exceed it; a trace whose first turn is, is left out and listed', () => {
    const plan = planReplay(long, { seed: 1, lanes: 1, overrides: { maxContextTokens: 1_000 } })
    expect(plan.trees.map(({ traceId, sessions }) => [traceId, sessions[0]!.turns.map((t) => t.overContext)])).toEqual([
      ['fits', [undefined]],
      ['grows', [undefined, true]],
    ])
    expect(plan.leftOut).toEqual([{ traceId: 'starts too long', inputTokens: 1_000, outputTokens: 0 }])
  })

  test('nothing that fits: the message says what would', () => {
    expect(() => planReplay(long, { seed: 1, lanes: 1, overrides: { maxContextTokens: 500 } })).toThrow(
      /no trace fits a context of 500 tokens: the shortest first turn needs 810/,
    )
  })

  test('an output of 0 is asked for as 1', () => {
    expect(planReplay(long, { seed: 1, lanes: 1 }).trees[2]!.sessions[0]!.turns[0]!.outputTokens).toBe(1)
  })
})

describe('presets', () => {
  test('the default is agentx-v0.1, unchanged', () => {
    const { preset, load } = planReplay(corpus, { seed: 1, lanes: 2 })
    expect(preset).toEqual({ name: 'agentx-v0.1', changed: [] })
    expect(load).toEqual({
      kind: 'lanes',
      lanes: 2,
      start: { min: 0, max: 0.7 },
      residualThink: true,
      timeScale: 1,
      thinkCapMs: 60_000,
      warmup: { kind: 'full-prefill' },
      warmupLimitMs: 1_800_000,
      quiesceMs: 5_000,
      staggerMs: 50,
      until: { kind: 'window', durationMs: 1_800_000 },
      drainMs: 60_000,
    })
  })

  test.each(Object.keys(presets) as PresetName[])('%s is a load that the schema takes, unchanged', (name) => {
    const { load: base } = presets[name]
    const size = { lanes: { lanes: 3 }, rate: { sessionsPerS: 0.5 }, schedule: {} }[base.kind]
    const { load, preset } = planLoad({ ...size, preset: name, overrides: {} })
    expect(load).toEqual({ ...size, ...base })
    expect(preset).toEqual({ name, changed: [] })
  })

  test('overrides that differ are named, those that repeat the preset are not; lanes and context belong to the deployment', () => {
    const overrides = {
      until: { kind: 'passes', passes: 1 },
      start: { min: 0, max: 0.7 },
      thinkCapMs: 'as-recorded',
      maxContextTokens: 5_000,
    } as const
    expect(planReplay(corpus, { seed: 1, lanes: 7, overrides }).preset.changed).toEqual(['thinkCapMs', 'until'])
  })

  test.each([
    ['fixed-seq-len-8k1k', 8_192],
    ['fixed-seq-len-1k1k', 1_024],
  ] as const)(
    '%s has the counts, the ratio and the warm-up of InferenceX: 2 x concurrency, then 10 x',
    (name, inputTokens) => {
      const { corpus, load } = presets[name]
      expect(corpus).toMatchObject({
        tracesPerLane: 12,
        lengths: { inputTokens, outputTokens: 1_024, rangeRatio: 0.8 },
      })
      expect(load).toEqual(presets['fixed-seq-len'].load)
      expect(fixedLengthPreset({ inputTokens, outputTokens: 1_024 })).toBe(name)
      const lanes = 4
      const made = fixedLengthCorpus({ seed: 1, requests: 12 * lanes, ...corpus.lengths, blockSize: 64 })
      const plan = planReplay(made, { seed: 1, lanes, preset: name })
      const plays = [0, 1, 2, 3].flatMap((lane) => {
        return Array.from({ length: 13 }, (_, play) => playOf(plan, lane, play)).filter((play) => play !== undefined)
      })
      expect(plays).toHaveLength(12 * lanes)
      expect(plays.filter(({ play }) => play >= 2)).toHaveLength(10 * lanes)
      // int(8192 x 0.8) = 6553 and int(1024 x 0.8) = 819 are the shortest.
      const many = fixedLengthCorpus({ seed: 2, requests: 20_000, ...corpus.lengths, blockSize: 64 })
      const turns = many.traces.flatMap(({ sessions }) => sessions[0]!.turns)
      const [inputs, outputs] = [turns.map((turn) => turn.inputTokens), turns.map((turn) => turn.outputTokens)]
      expect([Math.min(...inputs), Math.max(...inputs)]).toEqual([Math.floor(inputTokens * 0.8), inputTokens])
      expect([Math.min(...outputs), Math.max(...outputs)]).toEqual([819, 1_024])
    },
  )

  test('fixed-seq-len warms every lane up with two traces and then plays ten', () => {
    const traces = Array.from({ length: 24 }, (_, i) => plainTrace(`t${i}`, 1))
    const { load } = planReplay(corpusOf(traces), { seed: 1, lanes: 2, preset: 'fixed-seq-len' })
    expect(load).toMatchObject({
      warmup: { kind: 'plays', perLane: 2 },
      until: { kind: 'passes', passes: 1 },
      thinkCapMs: 0,
    })
  })
})

describe('refuses, with the cure', () => {
  const cases: [string, () => unknown, RegExp][] = [
    ['no traces', () => planReplay(corpusOf([]), { seed: 1, lanes: 1 }), /no traces; give it at least one/],
    ['a broken seed', () => planReplay(corpus, { seed: 1.5, lanes: 1 }), /seed 1.5: give an integer/],
    ['no lanes', () => planReplay(corpus, { seed: 1, lanes: 0 }), /load: lanes: /],
    [
      'a start that ends before it begins',
      () => planReplay(corpus, { seed: 1, lanes: 1, overrides: { start: { min: 0.8, max: 0.2 } } }),
      /give the smaller share first/,
    ],
    [
      'an unknown preset',
      () => planReplay(corpus, { seed: 1, lanes: 1, preset: 'agentx' as 'agentx-v0.1' }),
      /no preset "agentx"; take one of agentx-v0.1, fixed-seq-len/,
    ],
    [
      'warm-up that leaves nothing to measure',
      () => planReplay(corpus, { seed: 1, lanes: 2, preset: 'fixed-seq-len' }),
      /warm-up takes 4 plays .* only 3/,
    ],
    [
      'a turn that waits for one that is not there',
      () =>
        planReplay(corpusOf([traceOf('x\u001b[31m', [{ id: 'root', turns: [{ needs: [on(0, 5)] }] }])]), {
          seed: 1,
          lanes: 1,
        }),
      /trace x \[31m: turn 0.0 waits for 0.5, which is not there/,
    ],
    [
      'turns that wait for each other',
      () =>
        planReplay(
          corpusOf([
            traceOf('loop', [
              { id: 'root', turns: [{}, { needs: [on(1, 0)] }] },
              { id: 'child', parent: 0, turns: [{ needs: [on(0, 1)] }] },
            ]),
          ]),
          { seed: 1, lanes: 1 },
        ),
      /trace loop: turn 0.1 waits for itself/,
    ],
  ]
  test.each(cases)('%s', (_, plan, message) => {
    expect(plan).toThrow(PlanError)
    expect(plan).toThrow(message)
  })
})

describe('as text', () => {
  const plan = planReplay(corpus, { seed: 42, lanes: 2, overrides: { maxContextTokens: 10_000 } })

  test('same corpus and options, same bytes; reading and writing again changes none', () => {
    const text = renderPlan(plan)
    expect(renderPlan(planReplay(corpus, { seed: 42, lanes: 2, overrides: { maxContextTokens: 10_000 } }))).toBe(text)
    expect(parsePlan(text)).toEqual(plan)
    expect(renderPlan(parsePlan(text))).toBe(text)
  })

  test('the order of keys is no difference', () => {
    const backwards = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(backwards)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .toReversed()
                .map(([key, inner]) => [key, backwards(inner)]),
            )
          : value
    expect(planDigest(parsePlan(JSON.stringify(backwards(plan))))).toBe(planDigest(plan))
  })

  test('another seed, another digest', () => {
    expect(planDigest(planReplay(corpus, { seed: 43, lanes: 2 }))).not.toBe(
      planDigest(planReplay(corpus, { seed: 42, lanes: 2 })),
    )
  })

  test('a tree stands on a line of its own', () => {
    expect(
      renderPlan(plan)
        .split('\n')
        .filter((line) => line.startsWith('{"traceId"')),
    ).toHaveLength(3)
  })

  test('what is not a plan is refused with the place', () => {
    expect(() => parsePlan('{"schema":')).toThrow(/not complete JSON/)
    expect(() => parsePlan(renderPlan(plan).replace('"seed": 42', '"seed": "x"'))).toThrow(/not a plan\/1: seed: /)
  })
})
