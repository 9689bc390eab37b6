import type { RunHeader } from '@reprise/result-aggregator/run'
import { expect, test } from 'vitest'
import { withNotes } from './with-notes.ts'

const header = (notes?: string[]) => ({ command: 'c', target: { kind: 'http', ...(notes && { notes }) } }) as RunHeader

test('what any of the probes could not check is kept, and said once', () => {
  expect(withNotes(header(['a', 'b']), ['b', 'c']).target.notes).toEqual(['a', 'b', 'c'])
  expect(withNotes(header(), ['c']).target.notes).toEqual(['c'])
  expect(withNotes(header(['a']), [])).toEqual(header(['a']))
  expect(withNotes(header(), [])).toEqual(header())
})
