import { describe, expect, test } from 'vitest'
import {
  parseArrivals,
  parseDurationMs,
  parseDurationS,
  parseMilliseconds,
  parseNumber,
  parsePercent,
  parsePositives,
  parseSeed,
  parseStart,
  parseWhole,
  parseWholeList,
} from './parse.ts'

test.each([
  ['60', 60_000],
  ['90s', 90_000],
  ['1.5h', 5_400_000],
  ['250ms', 250],
  ['30m', 1_800_000],
  ['2h', 7_200_000],
  ['1h30m', 5_400_000],
  ['1m30s', 90_000],
  ['1s500ms', 1_500],
])('duration %s', (text, ms) => {
  expect(parseDurationMs(text)).toBe(ms)
})

test('milliseconds and percent with their unit or without', () => {
  expect(['6', '6ms', '0.1s', '0'].map(parseMilliseconds)).toEqual([6, 6, 100, 0])
  expect(() => parseMilliseconds('soon')).toThrow(/^Write /)
  expect(['3', '2.5%', '3 %'].map(parsePercent)).toEqual([3, 2.5, 3])
  for (const text of ['', '-1', '%', '3p', '1e2']) expect(() => parsePercent(text), text).toThrow(/^Write a share/)
})

test('seconds of a sweep are whole', () => {
  expect(parseDurationS('2h')).toBe(7_200)
  expect(parseDurationS('1200')).toBe(1_200)
  for (const text of ['1.5', '500ms', '0', '']) expect(() => parseDurationS(text), text).toThrow(/^Write .*seconds/)
})

test.each([
  ['0.5', { min: 0.5, max: 0.5 }],
  ['0', { min: 0, max: 0 }],
  ['0-0.7', { min: 0, max: 0.7 }],
])('start %s', (text, share) => {
  expect(parseStart(text)).toEqual(share)
})

test('lane counts keep their order and lose repeats', () => {
  expect(parseWholeList(1)('8,2,8,4')).toEqual([8, 2, 4])
})

test('a drawn seed is one that can be typed again', () => {
  const seed = parseSeed('random')
  expect(parseSeed(String(seed))).toBe(seed)
})

describe('refused', () => {
  test.each([
    [parseDurationMs, ['', '0', '-5', '30w', '5 minutes', 'NaN', '1e3', '30m1h', '1h1h', '1h30', '1h 30m', 'h']],
    [parseStart, ['', '-0.1', '1.1', '0.7-0.2', 'a-b', '0.1-']],
    [parseWhole(1), ['', '0', '1.5', '-1', '9007199254740993', 'x']],
    [parseWholeList(1), ['', '1,,2', '1,x']],
    [parseNumber(0, 1), ['', 'x', '1.01', '-0.01', 'Infinity']],
    [parseSeed, ['', '-1', '1.5', 'Random']],
  ] as const)('%o', (parse, texts) => {
    for (const text of texts) expect(() => parse(text), text).toThrow(/^Write /)
  })
})

test.each([
  ['constant', { kind: 'constant' }],
  ['poisson', { kind: 'poisson' }],
  ['gamma:0.5', { kind: 'gamma', shape: 0.5 }],
])('%s is a way to arrive', (text, arrivals) => {
  expect(parseArrivals(text)).toEqual(arrivals)
})

test.each(['gamma', 'gamma:0', 'gamma:x', 'uniform', ''])('%j is none', (text) => {
  expect(() => parseArrivals(text)).toThrow(/constant, poisson, or gamma with its shape/)
})

test('rates are numbers above 0', () => {
  expect(parsePositives('0.5,2,2')).toEqual([0.5, 2])
  for (const text of ['0', '-1', '', '1,', 'Infinity', 'x']) expect(() => parsePositives(text)).toThrow(/above 0/)
})
