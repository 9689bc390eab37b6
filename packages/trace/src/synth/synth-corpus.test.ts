import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blockCountOf, blocksOf } from '../blocks-of.ts'
import type { Dependency, Trace } from '../corpus.ts'
import { TraceError } from '../problem.ts'
import { corpusStats } from '../stats.ts'
import { synthCorpus } from './synth-corpus.ts'

describe('synthCorpus', () => {
  test('the same options give the same corpus, another seed another one', () => {
    const options = { seed: 7, traces: 6, scale: 0.01, turnScale: 0.2 }
    expect(synthCorpus(options)).toEqual(synthCorpus(options))
    expect(synthCorpus({ ...options, seed: 8 }).digest).not.toBe(synthCorpus(options).digest)
  })

  test('has the shapes of recorded sessions', () => {
    const corpus = synthCorpus({ seed: 1, traces: 120 })
    const stats = corpusStats(corpus)
    const turns = corpus.traces.flatMap(({ sessions }) => sessions[0]!.turns)
    // Recorded: 45 turns; 104,644 and 123,450 tokens; 216 tokens; 10 s and a tail; 0.9639; 93.1 % and 4.1 %.
    expectWithin(median(corpus.traces.map(({ sessions }) => sessions[0]!.turns.length)), 38, 52)
    expectWithin(stats.inputTokens / stats.requests, 90_000, 160_000)
    expectWithin(median(turns.map((turn) => turn.inputTokens)), 70_000, 140_000)
    expectWithin(median(turns.map((turn) => turn.outputTokens)), 190, 245)
    expectWithin(median(turns.map((turn) => turn.thinkMs ?? 0)), 8000, 13_000)
    expectWithin(turns.filter((turn) => (turn.thinkMs ?? 0) > 300_000).length / turns.length, 0.04, 0.12)
    expectWithin(stats.hitRate, 0.94, 0.98)
    expectWithin(stats.pairs.growth / stats.pairs.consecutive, 0.9, 0.95)
    expectWithin(stats.pairs.lastBlockChanged / stats.pairs.consecutive, 0.03, 0.052)
    expect(corpus.traces.filter(({ sessions }) => sessions.length > 1).length).toBe(Math.round(0.44 * 120))
  })

  test('even a small corpus has joined, parallel, lost and nested subagents, and compactions', () => {
    const { traces } = synthCorpus({ seed: 1, traces: 24, scale: 0.02, turnScale: 0.4 })
    const relations = new Set(traces.flatMap(needsOf).map((need) => need.relation))
    expect([...relations].sort()).toEqual(['background', 'join', 'sequence', 'spawn'])
    expect(traces.some(({ sessions }) => sessions.some((session) => (session.parent ?? 0) > 0))).toBe(true)
    const groups = traces.flatMap(({ sessions }) => sessions[0]!.turns.map((turn) => turn.needs.filter(isJoin).length))
    expect(Math.max(...groups)).toBeGreaterThan(1)
    expect(
      traces.some(({ sessions }) =>
        sessions[0]!.turns.some((turn, index) => index > 0 && inputFell(sessions[0]!.turns, index, turn)),
      ),
    ).toBe(true)
  })

  test('lengths follow the scale', () => {
    const [full, tenth] = [1, 0.1].map((scale) =>
      corpusStats(synthCorpus({ seed: 2, traces: 30, turnScale: 0.3, scale })),
    )
    expectWithin(full!.inputTokens / tenth!.inputTokens, 8, 12)
    expect(full!.requests).toBe(tenth!.requests)
  })

  test('blocks are the full ones of the input, ids of a prompt occur once, and heads are shared between subagents of a type', () => {
    fc.assert(
      fc.property(options, (drawn) => {
        const corpus = synthCorpus(drawn)
        for (const { sessions } of corpus.traces) {
          for (const session of sessions) {
            for (const [index, turn] of session.turns.entries()) {
              expect(blockCountOf(session, index)).toBe(Math.floor(turn.inputTokens / corpus.blockSize))
              expect(turn.outputTokens).toBeGreaterThan(0)
              const blocks = blocksOf(session, index)
              expect(new Set(blocks).size).toBe(blocks.length)
              const before = index > 0 ? blocksOf(session, index - 1) : new Uint32Array(0)
              expect(sharedPrefix(before, blocks)).toBe(turn.sharedBlocks)
            }
          }
        }
      }),
      { numRuns: 30 },
    )
  })

  test('carrying out the dependencies gives the recorded starts', () => {
    fc.assert(
      fc.property(options, (drawn) => {
        for (const trace of synthCorpus(drawn).traces) expect(replayedStarts(trace)).toEqual(recordedStarts(trace))
      }),
      { numRuns: 30 },
    )
  })

  test.each([
    [{ traces: 0 }, /^traces: give a whole number of at least 1/],
    [{ traces: 1.5 }, /^traces: /],
    [{ scale: 0 }, /^scale: give a number above 0/],
    [{ turnScale: Number.NaN }, /^turnScale: /],
    [{ subagentShare: 2 }, /^subagentShare: give a share from 0 to 1/],
    [{ blockSize: 0 }, /^blockSize: /],
  ])('refuses %o', (wrong, message) => {
    expect(() => synthCorpus({ seed: 1, traces: 1, ...wrong })).toThrow(TraceError)
    expect(() => synthCorpus({ seed: 1, traces: 1, ...wrong })).toThrow(message)
  })
})

const options = fc.record({
  seed: fc.nat(),
  traces: fc.integer({ min: 1, max: 4 }),
  scale: fc.double({ min: 0.0005, max: 0.05, noNaN: true }),
  turnScale: fc.double({ min: 0.02, max: 0.5, noNaN: true }),
  subagentShare: fc.constantFrom(0, 1),
  blockSize: fc.constantFrom(1, 16, 64),
})

/** Every turn's start when each is sent as its needs say and answered in its recorded time. */
function replayedStarts({ sessions }: Trace): number[][] {
  const starts: (number | undefined)[][] = sessions.map(({ turns }) => turns.map(() => undefined))
  const startOf = (session: number, index: number): number => {
    const known = starts[session]![index]
    if (known !== undefined) return known
    const { needs } = sessions[session]!.turns[index]!
    const dues = needs.map(({ on, trigger, delayMs }) => {
      const apiMs = trigger === 'completion' ? (sessions[on.session]!.turns[on.turn]!.apiMs ?? 0) : 0
      return startOf(on.session, on.turn) + apiMs + delayMs
    })
    const start = Math.max(0, ...dues)
    starts[session]![index] = start
    return start
  }
  return sessions.map(({ turns }, session) => turns.map((_, index) => startOf(session, index)))
}

function recordedStarts({ sessions }: Trace): number[][] {
  return sessions.map(({ turns }) => turns.map((turn) => turn.startMs))
}

function needsOf({ sessions }: Trace): Dependency[] {
  return sessions.flatMap(({ turns }) => turns.flatMap(({ needs }) => needs))
}

function isJoin({ relation }: { relation: string }): boolean {
  return relation === 'join'
}

function inputFell(turns: readonly { inputTokens: number }[], index: number, turn: { inputTokens: number }): boolean {
  return turn.inputTokens < turns[index - 1]!.inputTokens / 2
}

function sharedPrefix(before: Uint32Array, after: Uint32Array): number {
  const end = before.findIndex((id, index) => after[index] !== id)
  return end < 0 ? before.length : end
}

function expectWithin(value: number | undefined, min: number, max: number): void {
  expect(value).toBeGreaterThanOrEqual(min)
  expect(value).toBeLessThanOrEqual(max)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
