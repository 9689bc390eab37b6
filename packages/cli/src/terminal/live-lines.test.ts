import { expect, test } from 'vitest'
import type { ViewLine } from './live-lines.ts'
import { LiveLines } from './live-lines.ts'

const lines: ViewLine[] = [
  { text: 'head', tone: 'strong' },
  { text: 'body', tone: 'plain' },
  { text: 'bad', tone: 'bad' },
]

test('rewrites its lines in place, fewer over more, and takes them away', () => {
  const live = new LiveLines({ color: false })
  expect(live.erase()).toBe('')
  expect(live.draw(lines, { rows: 24 })).toBe('head\nbody\nbad')
  expect(live.draw(lines.slice(0, 1), { rows: 24 })).toBe('\r\u001b[2A\u001b[Jhead')
  expect(live.draw(lines, { rows: 24 })).toBe('\r\u001b[Jhead\nbody\nbad')
  expect(live.erase()).toBe('\r\u001b[2A\u001b[J')
  expect(live.erase()).toBe('')
})

test('colours whole lines, where colours are wanted', () => {
  const text = new LiveLines({ color: true }).draw(lines, { rows: 24 })
  expect(text).toBe('\u001b[1mhead\u001b[22m\nbody\n\u001b[31mbad\u001b[39m')
})

test('shows no more lines than there is room for, and at least one', () => {
  expect(new LiveLines({ color: false }).draw(lines, { rows: 3 })).toBe('head\nbody')
  expect(new LiveLines({ color: false }).draw(lines, { rows: 1 })).toBe('head')
})

test('in a terminal that has become narrower, a line lies in several, and all of them go', () => {
  const live = new LiveLines({ color: false })
  live.draw([{ text: 'x'.repeat(99), tone: 'plain' }, ...lines], { rows: 24, columns: 100 })
  expect(live.draw(lines, { rows: 24, columns: 40 })).toBe('\r\u001b[5A\u001b[Jhead\nbody\nbad')
  expect(live.erase(40)).toBe('\r\u001b[2A\u001b[J')
})
