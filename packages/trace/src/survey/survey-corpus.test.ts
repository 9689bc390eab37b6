import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Corpus, Session, Trace, Turn } from '../corpus.ts'
import { encodeBlocks } from '../encode-blocks.ts'
import { synthCorpus } from '../synth/synth-corpus.ts'
import { contextCaps } from './context-caps.ts'
import { corpusSamples } from './corpus-samples.ts'
import { surveyCorpus } from './survey-corpus.ts'
import { workingSets } from './working-set.ts'

interface Drawn {
  readonly ids: readonly number[]
  readonly at: number
  readonly api?: number
  readonly in?: number
  readonly out?: number
  readonly partial?: number
}

function sessionOf(id: string, drawn: readonly Drawn[], parent?: number): Session {
  const turns = drawn.map(
    ({ ids, at, api, in: inputTokens = 10 * ids.length, out = 5, partial }, index): Turn => ({
      ...encodeBlocks(drawn[index - 1]?.ids ?? [], ids),
      ...(partial !== undefined && { partialBlock: partial }),
      inputTokens,
      outputTokens: out,
      startMs: at,
      ...(api !== undefined && { apiMs: api }),
      model: 'm',
      inputKinds: [],
      outputKinds: [],
      needs:
        index === 0
          ? []
          : [
              {
                on: { session: 0, turn: index - 1 },
                trigger: 'completion',
                delayMs: at - drawn[index - 1]!.at - (drawn[index - 1]!.api ?? 0),
                relation: 'sequence',
              },
            ],
    }),
  )
  return { id, ...(parent !== undefined && { parent }), toolTokens: 0, systemTokens: 0, turns }
}

function corpusOf(traces: readonly Trace[], blockScope: Corpus['blockScope'] = 'local'): Corpus {
  return { schema: 'corpus/1', digest: '', blockSize: 10, blockScope, origin: { format: 'dynamo' }, traces }
}

function traceOf(id: string, sessions: readonly Session[], startMs?: number): Trace {
  return { id, models: ['m'], ...(startMs !== undefined && { startMs }), sessions }
}

const minuteMs = 60_000

/** Root: three prompts of 20, 34 and 10 tokens; a subagent beside the second. */
const sample = corpusOf([
  traceOf('a', [
    sessionOf('root', [
      { ids: [1, 2], at: 0, api: 1000 },
      { ids: [1, 2, 3], at: 4000, api: 3000, in: 34, out: 7 },
      { ids: [1], at: 10 * minuteMs, api: 500 },
    ]),
    sessionOf('child', [{ ids: [8, 9], at: 5000, api: 1000 }], 0),
  ]),
])

describe('surveyCorpus', () => {
  test('the values of a trace, worked out by hand', () => {
    const samples = Object.fromEntries(
      Object.entries(corpusSamples(sample)).map(([name, values]) => [name, [...values]]),
    )
    expect(samples).toEqual({
      turns: [3],
      inputTokens: [10, 20, 34],
      outputTokens: [5, 5, 7],
      thinkMs: [3000, 10 * minuteMs - 7000],
      serviceMs: [500, 1000, 3000],
      firstTokenMs: [],
      growthTokens: [-24, 14],
      freshTokens: [0, 14],
      hitRate: [3 / 6],
      durationMs: [10 * minuteMs + 500],
      parallelism: [2],
      subagents: [1],
      depth: [1],
      subagentTurns: [1],
      subagentInputTokens: [20],
      subagentOutputTokens: [5],
    })
  })

  test('ceilings, relations and caps of it', () => {
    const survey = surveyCorpus(sample, { contextTokens: [24, 25, 41] })
    const roots = { blocks: 6, hitBlocks: 3, hitRate: 0.5, inputTokens: 64, prefixTokens: 30, prefixRate: 30 / 64 }
    expect(survey.ceilings).toEqual({
      roots,
      all: { ...roots, blocks: 8, hitRate: 3 / 8, inputTokens: 84, prefixRate: 30 / 84 },
    })
    expect(survey.relations).toMatchObject({ growth: 1, 'little-kept': 1, disjoint: 0 })
    expect(survey.contextCaps).toEqual([
      { tokens: 24, wholeTraces: 0, startedTraces: 0, playableRequests: 0 },
      { tokens: 25, wholeTraces: 0, startedTraces: 1, playableRequests: 1 },
      { tokens: 41, wholeTraces: 1, startedTraces: 1, playableRequests: 3 },
    ])
    expect(survey.distributions).not.toHaveProperty('firstTokenMs')
    expect(survey.distributions.inputTokens).toMatchObject({ n: 3, min: 10, p50: 20, max: 34, mean: 64 / 3 })
  })

  test('the working set of it: blocks leave a window after their last use', () => {
    const sets = workingSets(sample, [minuteMs, 20 * minuteMs])
    expect(sets?.clock).toBe('trace')
    const [minute, long] = sets!.windows
    // At the four requests: 2, 3, 5 blocks, and after ten minutes only the last prompt; [1 2] were hit once.
    expect(minute).toMatchObject({ p50Tokens: 25, maxTokens: 50, hitRate: 2 / 8 })
    expect(long).toMatchObject({ maxTokens: 50, hitRate: 3 / 8 })
    expect(minute!.overTime[0]).toEqual({ atMs: 0, tokens: 20 })
    expect(minute!.overTime.at(-1)).toEqual({ atMs: 10 * minuteMs, tokens: 10 })
    expect(minute!.overTime[24]).toEqual({ atMs: 5 * minuteMs, tokens: 0 })
    expect(long!.overTime[24]!.tokens).toBe(50)
  })

  test('traces of one recording share a clock, and ids where they mean the same', () => {
    const traces = [
      traceOf('a', [sessionOf('a', [{ ids: [1, 2], at: 0 }])], 0),
      traceOf('b', [sessionOf('b', [{ ids: [1, 2, 3], at: 0 }])], 1000),
    ]
    const of = (scope: Corpus['blockScope']) => workingSets(corpusOf(traces, scope), [minuteMs])!
    expect(of('global')).toMatchObject({ clock: 'recording', windows: [{ maxTokens: 30, hitRate: 2 / 5 }] })
    expect(of('local')).toMatchObject({ clock: 'recording', windows: [{ maxTokens: 50, hitRate: 0 }] })
  })

  test('a prompt that is equal to the end is a whole hit', () => {
    const twice = [
      { ids: [1], at: 0, in: 14, partial: 7 },
      { ids: [1], at: 1, in: 14, partial: 7 },
    ]
    const { ceilings } = surveyCorpus(corpusOf([traceOf('a', [sessionOf('root', twice)])]))
    expect(ceilings.roots).toMatchObject({ blocks: 4, hitBlocks: 2, prefixTokens: 14 })
  })

  test('does not depend on the order of the traces', () => {
    const { traces, ...rest } = synthCorpus({ seed: 3, traces: 6, scale: 0.02, turnScale: 0.2 })
    for (const blockScope of ['local', 'global'] as const) {
      for (const withStart of [false, true]) {
        const placed = traces.map((trace, index) => ({ ...trace, ...(withStart && { startMs: (index % 3) * 5000 }) }))
        const whole = JSON.stringify(surveyCorpus({ ...rest, blockScope, traces: placed }))
        fc.assert(
          fc.property(fc.shuffledSubarray(placed, { minLength: placed.length }), (shuffled) => {
            expect(JSON.stringify(surveyCorpus({ ...rest, blockScope, traces: shuffled }))).toBe(whole)
          }),
          { numRuns: 8 },
        )
      }
    }
  })

  test('nor where they begin at one instant and share blocks that are no beginning of either', () => {
    const traces = [
      traceOf('a', [sessionOf('a', [{ ids: [1, 2], at: 0 }])], 0),
      traceOf('b', [sessionOf('b', [{ ids: [2, 3], at: 0 }])], 0),
    ]
    const prefixes = [traces, traces.toReversed()].map(
      (each) => surveyCorpus(corpusOf(each, 'global')).ceilings.roots?.prefixTokens,
    )
    expect(prefixes).toEqual([10, 10])
  })

  test('counting runs of blocks is counting blocks', () => {
    const ids = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 5 })
    const turn = fc.record({ ids, gap: fc.integer({ min: 0, max: 40 }) })
    fc.assert(
      fc.property(fc.array(fc.array(turn, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 3 }), (drawn) => {
        const traces = drawn.map((turns, index) => {
          let at = 0
          const timed = turns.map(({ ids: own, gap }) => {
            at += gap
            return { ids: own, at }
          })
          return traceOf(`t${index}`, [sessionOf(`t${index}`, timed)], index)
        })
        const windowMs = 30
        const found = workingSets(corpusOf(traces, 'global'), [windowMs])
        const slow = slowSet(traces, windowMs)
        expect(found?.windows[0]?.hitRate).toEqual(slow?.hitRate)
        expect(found?.windows[0]?.maxTokens).toEqual(slow?.maxTokens)
      }),
    )
  })

  test('nothing can be said of a working set without blocks, nor of caps without traces', () => {
    expect(workingSets(corpusOf([traceOf('a', [sessionOf('root', [{ ids: [], at: 0, in: 5 }])])]))).toBeUndefined()
    expect(contextCaps(corpusOf([]), [1])).toEqual([
      { tokens: 1, wholeTraces: 0, startedTraces: 0, playableRequests: 0 },
    ])
  })
})

/** By looking every block up at every request. */
function slowSet(traces: readonly Trace[], windowMs: number) {
  const uses = traces
    .flatMap((trace) => {
      let list: number[] = []
      return trace.sessions[0]!.turns.map(({ startMs, sharedBlocks, ownBlocks }) => {
        list = [...list.slice(0, sharedBlocks), ...ownBlocks]
        return { at: trace.startMs! + startMs, ids: list }
      })
    })
    .sort((a, b) => a.at - b.at)
  const last = new Map<number, number>()
  let [hits, blocks, most] = [0, 0, 0]
  const isFresh = (use: number | undefined, at: number) => use !== undefined && at - use <= windowMs
  for (const { at, ids } of uses) {
    blocks += ids.length
    // A block that stands twice in a prompt hits itself.
    for (const id of ids) {
      if (isFresh(last.get(id), at)) hits += 1
      last.set(id, at)
    }
  }
  const seen = new Map<number, number>()
  for (const [index, { at, ids }] of uses.entries()) {
    for (const id of ids) seen.set(id, at)
    // What is asked for at the same instant is there by then.
    for (const { ids: other } of uses.filter((use, place) => use.at === at && place > index))
      for (const id of other) seen.set(id, at)
    most = Math.max(most, [...seen.values()].filter((use) => at - use <= windowMs).length)
  }
  return blocks === 0 ? undefined : { hitRate: hits / blocks, maxTokens: 10 * most }
}
