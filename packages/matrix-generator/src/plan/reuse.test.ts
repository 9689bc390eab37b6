import { expect, test } from 'vitest'
import { sweepJobWith } from '../testing/sweep-job.fixture.ts'
import { digestInName, type MeasuredPoint, ResultIndex, type ReuseTerms, reusePoints } from './reuse.ts'

const sha = (digit: string) => digit.repeat(64)
const image = `example/server@sha256:${sha('a')}`
const job = sweepJobWith({ image }, { fingerprint: sha('1') })
const point: MeasuredPoint = {
  id: job.id,
  fingerprint: sha('1'),
  imageDigest: `sha256:${sha('a')}`,
  replaySemantics: '3',
  corpusOrigin: 'synthetic',
  measuredAt: '2026-08-01T00:00:00.000Z',
  run: '123',
}
const terms: ReuseTerms = {
  digestOf: digestInName,
  replaySemantics: '3',
  nowMs: Date.parse('2026-08-11T00:00:00.000Z'),
  maxAgeDays: 25,
}
const index = (...points: MeasuredPoint[]): ResultIndex => ({ schema: 'result-index/1', points })
const whyNot = (
  changes: Partial<MeasuredPoint>,
  { of = job, with: more = {} }: { of?: typeof job; with?: Partial<ReuseTerms> } = {},
) => reusePoints([of], index({ ...point, ...changes }), { ...terms, ...more }).measured.get(of.id)

test('a point that was measured on the same recipe and the same image is not measured again', () => {
  expect(ResultIndex.parse(index(point))).toEqual(index(point))
  const { reused, measured } = reusePoints([job], index(point), terms)
  const { id, run, imageDigest, measuredAt } = point
  expect(reused).toEqual([{ id, run, imageDigest, measuredAt }])
  expect(measured.size).toBe(0)
})

test('of several the latest', () => {
  const earlier = { ...point, run: '9', measuredAt: '2026-07-30T00:00:00.000Z' }
  for (const points of [
    [point, earlier],
    [earlier, point],
  ])
    expect(reusePoints([job], index(...points), terms).reused).toMatchObject([{ run: '123' }])
})

test('anything that could change a number makes it another measurement, and the plan says which', () => {
  const other = sweepJobWith({ image }, { id: 'f'.repeat(16), fingerprint: sha('1') })
  expect(whyNot({}, { of: other })).toBe('not measured before')
  const { fingerprint: _, ...unplanned } = job
  expect(whyNot({}, { of: unplanned })).toBe('its recipe or profile has changed')
  expect(whyNot({ fingerprint: sha('2') })).toBe('its recipe or profile has changed')
  expect(whyNot({ corpusOrigin: 'recorded' })).toMatch('recorded traces')
  expect(whyNot({ replaySemantics: '2' })).toMatch('other rules')
  expect(whyNot({ imageDigest: `sha256:${sha('b')}` })).toBe('its image is another one by now')
  const { imageDigest: __, ...unknown } = point
  expect(reusePoints([job], index(unknown), terms).measured.get(job.id)).toMatch('whose digest nobody knows')
  const tagged = sweepJobWith({ image: 'example/server:v1' }, { fingerprint: sha('1') })
  expect(whyNot({}, { of: tagged })).toMatch('name the image by digest')
  expect(whyNot({}, { of: tagged, with: { digestOf: () => `sha256:${sha('a')}` } })).toBeUndefined()
})

test('what is too old is measured again: its artifact is about to go; so is what lies in the future', () => {
  const after = (days: number) => whyNot({}, { with: { nowMs: Date.parse(point.measuredAt) + days * 86_400_000 } })
  expect([after(0), after(25)]).toEqual([undefined, undefined])
  expect([after(25.01), after(-0.01)]).toEqual(Array(2).fill('it was measured more than 25 days ago'))
})

test('a tag is no digest', () => {
  expect(digestInName(image)).toBe(`sha256:${sha('a')}`)
  for (const name of ['example/server:v1', 'example/server', `x@sha256:${sha('a')}b`, `x@sha256:${sha('A')}`, ''])
    expect(digestInName(name), name).toBeUndefined()
})
