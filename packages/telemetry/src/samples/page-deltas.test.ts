import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PageDeltas } from './page-deltas.ts'
import { SampleLine } from './sample-line.ts'
import { SourcePages } from './source-pages.ts'

const asked = { source: 0, atMs: 0, tookMs: 1 }

test('a page is what it changes of the one before', () => {
  const deltas = new PageDeltas()
  expect(
    deltas.next(
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    ),
  ).toEqual({
    new: [
      ['a', 1],
      ['b', 2],
    ],
  })
  expect(
    deltas.next(
      new Map([
        ['a', 1],
        ['b', 3],
      ]),
    ),
  ).toEqual({ set: [1, 3] })
  expect(deltas.next(new Map([['a', 1]]))).toEqual({ gone: [1] })
  expect(deltas.next(new Map([['a', 1]]))).toEqual({})
  expect(
    deltas.next(
      new Map([
        ['a', 1],
        ['b', 3],
        ['c', Number.NaN],
      ]),
    ),
  ).toEqual({ new: [['c', 'NaN']], set: [1, 3] })
  expect(
    deltas.next(
      new Map([
        ['a', 1],
        ['b', 3],
        ['c', Number.NaN],
      ]),
    ),
  ).toEqual({})
})

test('whatever pages come, their lines give them again', () => {
  const value = fc.oneof(fc.double(), fc.constantFrom(0, 1, Number.NaN, Number.POSITIVE_INFINITY))
  const page = fc.dictionary(fc.constantFrom('a', 'b', 'c{x="1"}', 'd'), value)
  fc.assert(
    fc.property(fc.array(page, { maxLength: 8 }), (pages) => {
      const [deltas, read] = [new PageDeltas(), new SourcePages()]
      const held = new Map<string, number>()
      for (const one of pages) {
        const line = SampleLine.parse(
          JSON.parse(JSON.stringify({ ...asked, ...deltas.next(new Map(Object.entries(one))) })),
        )
        for (const { key, value: now } of read.changes(line)) {
          if (now === undefined) held.delete(key)
          else held.set(key, now)
        }
        // JSON knows no negative zero.
        const shown = (entries: Iterable<[string, number]>) => [...entries].map(([key, each]) => [key, each + 0]).sort()
        expect(shown(held)).toEqual(shown(Object.entries(one)))
      }
    }),
  )
})

test('a line that names a series which none gave is refused', () => {
  const read = new SourcePages()
  expect(() => [...read.changes({ ...asked, set: [0, 1] })]).toThrow('no series has the number 0')
  expect(() => [...read.changes({ ...asked, gone: [3] })]).toThrow('no series has the number 3')
})
