import { expect, test } from 'vitest'
import type { Collection } from '../../result/collection.ts'
import type { Result } from '../../result/result.ts'
import { collectionOf, done, failed, hostile, plain } from '../../testing/collection.fixture.ts'
import { sweepJob } from '../../testing/sweep.fixture.ts'
import { renderMermaid } from './render-mermaid.ts'
import { renderPareto } from './render-pareto.ts'

/** Source: mermaid's grammar of quadrant charts: a place is `1`, or `0` with or without decimals. */
const point = /^ {2}"[A-Za-z0-9 _.,-]+": \[(?:1|0(?:\.\d+)?), (?:1|0(?:\.\d+)?)\]$/

test('the quadrant chart says what its axes measure, and holds every measured point', () => {
  expect(renderMermaid(plain)).toMatchInlineSnapshot(`
    "quadrantChart
      title Output throughput per GPU against speed per user
      x-axis "0" --> "22.0 tokens/s per user (p50)"
      y-axis "0" --> "60.5 output tokens/s per GPU"
      "tiny_tp1_conc2_kvnone-1, 2 lanes": [0.909, 0.909]
      "tiny_tp1_conc2_kvnone-2, 16 lanes": [0.909, 0.455]
    "
  `)
})

test('a quadrant chart keeps to the grammar, whatever names it is given, and stays small', () => {
  const lines = renderMermaid(hostile)!.trimEnd().split('\n')
  expect(lines.slice(4).filter((line) => !point.test(line))).toEqual([])
  expect(lines.length).toBeLessThanOrEqual(44)
})

test('without a measured point there is no quadrant chart, and the other picture says so', () => {
  const nothing = collectionOf(failed(sweepJob(), 'missing', 'nothing came'))
  expect(renderMermaid(nothing)).toBeUndefined()
  expect(renderPareto(nothing)).toContain('no job was measured')
})

test('the SVG has a mark for each point and a colour for each configuration, the same each time', () => {
  const svg = renderPareto(plain)
  expect(svg.match(/<title>.*2 lanes|<title>.*16 lanes/g)).toHaveLength(2)
  expect(new Set(svg.match(/fill="#(?:0072b2|d55e00)"/g)).size).toBe(2)
  expect(renderPareto(plain)).toBe(svg)
})

test('a staircase joins only points of the same work', () => {
  const one = done(sweepJob(1))
  const other = done(sweepJob(2))
  const limited = {
    ...other,
    results: other.results.map((result) => ({ ...result, load: { ...result.load, maxContextTokens: 32_768 } })),
  }
  const stairs = (collection: Collection) =>
    renderPareto(collection)
      .match(/<path d="(M[^"]*)" fill="none" stroke="#0072b2"/)![1]!
      .match(/M/g)
  expect(stairs(collectionOf(one, other))).toHaveLength(1)
  expect(stairs(collectionOf(one, limited))).toHaveLength(2)
})

test('a mark has whiskers where its figures have intervals, to twice the figure at most', () => {
  const one = done(sweepJob())
  const [result] = one.results as [Result]
  const basis = { method: 'play-time', level: 0.95, n: 100, effectiveN: 10 } as const
  const none = { notEstimable: 'offered-load' } as const
  const intervals = { ...basis, total: none, input: none, requestsPerS: none }
  const withOutput = (low: number, high: number): Collection =>
    collectionOf({
      ...one,
      results: [
        {
          ...result,
          throughput: { ...result.throughput!, output: 60, intervals: { ...intervals, output: { low, high } } },
        },
      ],
    })
  const whisker = (collection: Collection) =>
    renderPareto(collection).match(/<path d="(M[^"]*)"[^>]*stroke-opacity/)?.[1]
  expect(whisker(collectionOf(one))).toBeUndefined()
  // The axis reaches to 80 for a whisker to 75, and to 120 for one that is cut there: 416 pixels above the bottom at 464.
  const across = whisker(withOutput(40, 75))!.split(/[ V]/)
  expect(across.slice(1).map(Number)).toEqual([464 - (416 * 40) / 80, 464 - (416 * 75) / 80])
  const cut = whisker(withOutput(40, 600))!.split(/[ V]/)
  expect(cut.slice(1).map(Number)).toEqual([expect.closeTo(464 - (416 * 40) / 120, 1), 48])
})

test('names in the SVG are text', () => {
  const svg = renderPareto(hostile)
  expect(svg).not.toMatch(/<script|<img|[^\n\P{Cc}]|\p{Cf}/u)
  expect(svg).not.toMatch(/NaN|Infinity/)
})

test('one point alone has round axes around it', () => {
  expect(renderPareto(collectionOf(done(sweepJob())))).toMatch(/>60<\/text>/)
})
