import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type MetricsPage, parsePage } from './parse-page.ts'
import { parseSeriesKey } from './parse-series-key.ts'
import { renderSeriesKey } from './series-key.ts'

function pageOf(text: string): MetricsPage {
  const page = parsePage(text)
  if (typeof page === 'string') throw new Error(page)
  return page
}

function seriesOf(text: string): Record<string, number> {
  return Object.fromEntries(pageOf(text).series)
}

describe('parsePage', () => {
  test('the text format: comments, labels in any order, escapes, a trailing comma, a timestamp', () => {
    const text = [
      '# HELP a Says \\n nothing.',
      '# TYPE a counter',
      'a 1',
      'a{z="1",b="2"} 2.5e3 1795366507000',
      'a{path="C:\\\\dir",said="\\"hi\\"\\n",} 3',
      '  b\t{ x = "y" }\t4  ',
      'c{} 5',
    ].join('\n')
    expect(seriesOf(text)).toEqual({
      a: 1,
      'a{b="2",z="1"}': 2500,
      'a{path="C:\\\\dir",said="\\"hi\\"\\n"}': 3,
      'b{x="y"}': 4,
      c: 5,
    })
  })

  test('OpenMetrics: exemplars, timestamps in seconds, units, quoted names, nothing behind the end', () => {
    const text = [
      '# TYPE t histogram',
      '# UNIT t seconds',
      't_bucket{le="0.1"} 8 1.7e9 # {trace_id="a#b"} 0.05 1.7e9',
      't_bucket{le="+Inf"} 9 # {} 3',
      '{"own.name",x="1"} 2',
      '# EOF',
      'late 1',
    ].join('\n')
    expect(seriesOf(text)).toEqual({ 't_bucket{le="0.1"}': 8, 't_bucket{le="+Inf"}': 9, '{"own.name",x="1"}': 2 })
  })

  test('values that are no finite numbers', () => {
    expect(seriesOf('a NaN\nb +Inf\nc -Inf\nd Inf')).toEqual({
      a: Number.NaN,
      b: Number.POSITIVE_INFINITY,
      c: Number.NEGATIVE_INFINITY,
      d: Number.POSITIVE_INFINITY,
    })
  })

  test('of a series that stands there twice the first is kept, and it is told', () => {
    expect(parsePage('a{x="1",y="2"} 1\na{y="2",x="1"} 2\nb 3')).toMatchObject({ duplicates: 1, malformed: 0 })
    expect(seriesOf('a{x="1",y="2"} 1\na{y="2",x="1"} 2')).toEqual({ 'a{x="1",y="2"}': 1 })
  })

  test('lines that are broken cost themselves and no other', () => {
    const broken = [
      'a{x="1" 1',
      'a{x=1} 1',
      'a{x="1",x="2"} 1',
      'a',
      'a 0x10',
      'a one',
      '9a 1',
      'a{"b"} 1',
      '{} 1',
      'a{,} 1',
    ]
    const page = pageOf([...broken, ...broken.map((_, index) => `good_${index} 1`), 'z 1'].join('\n'))
    expect(page).toMatchObject({ malformed: broken.length })
    expect(page.series.size).toBe(broken.length + 1)
  })

  test.each([
    '',
    '[]',
    '[{"iter": 1}]',
    '<!doctype html>\n<p>404 page',
    '{"detail":"Not Found"}',
    'Not Found 1\nreally',
  ])('%j is not a metrics page', (text) => expect(parsePage(text)).toBe('not-metrics'))

  test('a page without end is not taken, nor a name without end', () => {
    const rows = Array.from({ length: 11 }, (_, index) => `a{i="${index}"} 1`).join('\n')
    expect(parsePage(rows, { series: 10 })).toBe('too-many-series')
    expect(parsePage(`a{x="${'y'.repeat(5_000)}"} 1\nb 1\nc 1`)).toMatchObject({ malformed: 1 })
  })

  test('what is rendered is read back, whatever stands in labels', () => {
    const label = fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/)
    const text = fc.string({ unit: 'binary', maxLength: 12 })
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z_:][a-z0-9_:]{0,8}$/), fc.dictionary(label, text), (name, labels) => {
        const key = { name, labels: new Map(Object.entries(labels)) }
        const rendered = renderSeriesKey(key)
        const read = parseSeriesKey(rendered)
        expect(read && renderSeriesKey(read)).toBe(rendered)
      }),
      { numRuns: 40 },
    )
  })

  test('nothing that is sent makes it throw', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => void parsePage(text)))
  })
})

const real = new URL('../../../../../shared/data/vllm/captures/metrics.txt', import.meta.url)

const absent = !existsSync(real)
if (absent) console.warn('SKIPPED: the page of a real vLLM is not at ../shared/data; a page made here stands in for it')

test.skipIf(absent)('the page of a real vLLM 0.32.0, whole', () => {
  const page = pageOf(readFileSync(real, 'utf8'))
  expect(page).toMatchObject({ malformed: 0, duplicates: 0 })
  const { series } = page
  expect(series.size).toBe(455)
  expect(series.get('vllm:prompt_tokens_by_source_total{engine="0",model_name="tiny",source="local_compute"}')).toBe(
    255_620,
  )
})
