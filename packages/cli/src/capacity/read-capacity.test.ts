import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readCapacity } from './read-capacity.ts'

const folder = mkdtempSync(join(tmpdir(), 'reprise-read-capacity-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const share = { n: 200, within: 180, uncertainty: 0.02, value: 1_234, verdict: 'unclear', why: 'close' }
const found = {
  schema: 'capacity/1',
  objectives: [{ metric: 'ttft', percentile: 90, bound: 2_000 }],
  range: { unit: 'lanes', from: 1, to: 64 },
  resolution: 0.05,
  runs: { words: [], seed: 42 },
  points: [
    { size: 4, runs: [{ seed: 1 }, { seed: 2 }], verdict: 'unclear', shares: [share], open: true, confirmed: false },
    { size: 8, runs: [{ seed: 1 }], verdict: 'breaks', shares: [], note: 'given up: failed-share', open: false },
  ],
  breaks: 8,
  unclear: [4],
  keepsAbove: [],
  ended: 'max-runs',
}

function read(value: unknown) {
  writeFileSync(join(folder, 'capacity.json'), typeof value === 'string' ? value : JSON.stringify(value))
  return readCapacity(folder)
}

test('what was found comes back as it is told', async () => {
  expect(await read(found)).toEqual({
    sentence:
      'does not hold 8 lanes within ttft_p90 <= 2 s, and no size that was measured certainly keeps it; of 4 the runs cannot tell',
    remarks: ['the search is not over: it made as many runs as --max-runs allows'],
    unit: 'lanes',
    objectives: [{ text: 'ttft_p90 <= 2 s', wantedShare: 0.9 }],
    sizes: [
      {
        ...{ size: 4, runs: 2, verdict: 'unclear', why: 'too close to tell' },
        shares: [{ seen: '1.23 s', keptShare: 0.9, uncertainty: 0.02 }],
      },
      { size: 8, runs: 1, verdict: 'breaks', shares: [], why: 'given up: failed-share' },
    ],
  })
})

test('nothing of a folder without a search, or of one that has found nothing yet', async () => {
  expect(await readCapacity(join(folder, 'none'))).toBeUndefined()
  expect(await read({ schema: 'capacity/1', runs: { words: [], seed: 42 } })).toBeUndefined()
  expect(await read({ ...found, points: [] })).toBeUndefined()
})

test.each([
  ['no JSON', 'nonsense'],
  ['a list', []],
  ['shares that cannot be', { ...found, points: [{ ...found.points[0], shares: [{ ...share, n: -1 }] }] }],
  ['more shares than objectives', { ...found, points: [{ ...found.points[0], shares: [share, share] }] }],
  ['another schema', { ...found, schema: 'capacity/2' }],
])('words of why a file is none of ours: %s', async (_, value) => {
  expect(typeof (await read(value))).toBe('string')
})

test('and of why it is no file', async () => {
  mkdirSync(join(folder, 'odd', 'capacity.json'), { recursive: true })
  expect(await readCapacity(join(folder, 'odd'))).toMatch(/a folder where a file is expected/)
})
