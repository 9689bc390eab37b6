import { describe, expect, test } from 'vitest'
import { checkShardOptions, parseShard, parseStartAt } from './shard-options.ts'

test('a shard is one of so many, counted from 0', () => {
  expect(parseShard('0/4')).toEqual({ index: 0, of: 4 })
  expect(parseShard('3/4')).toEqual({ index: 3, of: 4 })
  for (const wrong of ['4/4', '1', '1/0', '-1/4', '1/4/2', '$SLURM_PROCID/$SLURM_NTASKS', '0/10001'])
    expect(() => parseShard(wrong)).toThrow('counted from 0')
})

test('a start is a date, in seconds or in words, or a time from now', () => {
  expect(parseStartAt('2026-11-28T20:15:00Z')).toEqual({ date: '2026-11-28T20:15:00.000Z' })
  expect(parseStartAt('2026-11-28T21:15+01:00')).toEqual({ date: '2026-11-28T20:15:00.000Z' })
  expect(parseStartAt('1795896900')).toEqual({ date: '2026-11-28T20:15:00.000Z' })
  expect(parseStartAt('1795896900.25')).toEqual({ date: '2026-11-28T20:15:00.250Z' })
  expect(parseStartAt('+30s')).toEqual({ afterMs: 30_000 })
  for (const wrong of ['2026-11-28T20:15:00', 'soon', '20:15', '12', '2026-13-28T20:15:00Z', '+'])
    expect(() => parseStartAt(wrong)).toThrow(/Write/)
})

describe('what contradicts itself is refused', () => {
  const shard = { index: 1, of: 4 }
  const startAt = { date: '2026-11-28T20:15:00.000Z' }
  const nowMs = Date.parse(startAt.date) - 60_000
  const check = (options: Parameters<typeof checkShardOptions>[0], rest = {}) =>
    checkShardOptions(options, { runs: 1, nowMs, ...rest })

  test('and the rest is not', () => {
    check({})
    check({ shard, startAt, profileAfter: 0 })
    check({ startAt: { afterMs: 1 } })
    check({ shard: { index: 0, of: 1 }, startAt: { afterMs: 1 } })
  })

  test.each<[Parameters<typeof checkShardOptions>[0], object, RegExp]>([
    [{ shard }, {}, /same --start-at/],
    [{ shard, startAt: { afterMs: 30_000 } }, {}, /work the date out once/],
    [{ profileAfter: 3 }, {}, /is of --shard/],
    [{ shard, startAt }, { runs: 2 }, /is of one run/],
    [{ shard, startAt }, { stopsBy: '--max-requests' }, /which no shard knows/],
    [{ shard, startAt }, { nowMs: Date.parse(startAt.date) }, /has passed/],
  ])('%o %o', (options, rest, message) => {
    expect(() => check(options, rest)).toThrow(message)
  })
})
