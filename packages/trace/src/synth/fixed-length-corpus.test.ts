import { describe, expect, test } from 'vitest'
import { TraceError } from '../problem.ts'
import { corpusStats } from '../stats.ts'
import { fixedLengthCorpus } from './fixed-length-corpus.ts'

const base = { seed: 5, requests: 400, inputTokens: 1000, outputTokens: 100, rangeRatio: 0.8, blockSize: 16 }

describe('fixedLengthCorpus', () => {
  test('independent one-turn sessions without shared content, in order of their numbers', () => {
    const corpus = fixedLengthCorpus(base)
    expect(corpusStats(corpus)).toMatchObject({
      traces: 400,
      requests: 400,
      subagents: 0,
      hitBlocks: 0,
      pairs: { consecutive: 0 },
    })
    expect(corpus).toMatchObject({ blockScope: 'local', origin: { format: 'weka', subagentTimes: 'none' } })
    const ids = corpus.traces.map(({ id }) => id)
    expect(ids).toEqual(ids.toSorted())
    for (const { sessions } of corpus.traces) expect(sessions[0]!.turns[0]!.needs).toEqual([])
  })

  test('lengths fill the range from ratio x longest to longest, both included', () => {
    const turns = fixedLengthCorpus({ ...base, requests: 4000 }).traces.map(({ sessions }) => sessions[0]!.turns[0]!)
    const inputs = turns.map((turn) => turn.inputTokens)
    expect([Math.min(...inputs), Math.max(...inputs)]).toEqual([800, 1000])
    const outputs = new Set(turns.map((turn) => turn.outputTokens))
    expect([...outputs].sort((a, b) => a - b)).toEqual(Array.from({ length: 21 }, (_, index) => 80 + index))
    const mean = inputs.reduce((sum, value) => sum + value, 0) / inputs.length
    expect(Math.abs(mean - 900)).toBeLessThan(5)
    for (const turn of turns) expect(turn.ownBlocks.length).toBe(Math.floor(turn.inputTokens / 16))
  })

  test('with ratio 1 all are alike, with ratio 0 none is empty', () => {
    const lengthsOf = (rangeRatio: number) =>
      fixedLengthCorpus({ ...base, inputTokens: 3, rangeRatio }).traces.map(
        ({ sessions }) => sessions[0]!.turns[0]!.inputTokens,
      )
    expect(new Set(lengthsOf(1))).toEqual(new Set([3]))
    expect(new Set(lengthsOf(0))).toEqual(new Set([1, 2, 3]))
  })

  test('follows its seed', () => {
    expect(fixedLengthCorpus(base)).toEqual(fixedLengthCorpus(base))
    expect(fixedLengthCorpus({ ...base, seed: 6 }).digest).not.toBe(fixedLengthCorpus(base).digest)
  })

  test('more requests leave the earlier ones as they were', () => {
    const more = fixedLengthCorpus({ ...base, requests: 410 })
    expect(more.traces.slice(0, 400)).toEqual(fixedLengthCorpus(base).traces)
  })

  test.each([
    [{ requests: 0 }, /^requests: /],
    [{ inputTokens: 0 }, /^inputTokens: /],
    [{ outputTokens: 1.5 }, /^outputTokens: /],
    [{ rangeRatio: 1.1 }, /^rangeRatio: give a share from 0 to 1/],
  ])('refuses %o', (wrong, message) => {
    expect(() => fixedLengthCorpus({ ...base, ...wrong })).toThrow(TraceError)
    expect(() => fixedLengthCorpus({ ...base, ...wrong })).toThrow(message)
  })
})
