import { expect, test } from 'vitest'
import { theilLine } from './theil-line.ts'

/** On `100 + 0.5 x`, in no order. */
const onLine = Array.from({ length: 21 }, (_, i) => ({ x: (i * 8) % 21, y: 100 + 0.5 * ((i * 8) % 21) }))

test('the line that places lie on, whatever a third of them does', () => {
  expect(theilLine(onLine)).toEqual({ slope: 0.5, at0: 100 })
  const queued = onLine.map(({ x, y }) => ({ x, y: x % 3 === 0 ? y + 1e6 : y }))
  const { slope, at0 } = theilLine(queued)!
  expect([slope, at0]).toEqual([0.5, 100])
})

test('no line of too few places, nor of one x', () => {
  expect(theilLine(onLine.slice(1, 20))).toBeUndefined()
  expect(theilLine(onLine.map(({ y }) => ({ x: 3, y })))).toBeUndefined()
})
