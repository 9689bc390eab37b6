import type { PowerLine } from '@reprise/telemetry'
import { expect, test } from 'vitest'
import type { Throughput } from '../../result/result.ts'
import { deviceEnergyJ } from './device-energy.ts'
import { PowerMeasure } from './power-measure.ts'

const readings = (...pairs: [atMs: number, watts: number][]) => pairs.map(([atMs, watts]) => ({ atMs, watts }))
const window = { startMs: 1_000, endMs: 4_000 }

test('trapezoids, cut at the edges of the window by straight lines', () => {
  // From 150 W at 1 s to 200 W at 2 s, level to 3 s, down to 100 W at 5 s: 175 + 200 + 175.
  expect(deviceEnergyJ(readings([0, 100], [2_000, 200], [3_000, 200], [5_000, 100]), window)).toBe(550)
})

test.each([
  ['nothing before it', readings([1_001, 100], [3_000, 100], [5_000, 100]), /do not enclose/],
  ['nothing behind it', readings([500, 100], [2_000, 100], [3_999, 100]), /do not enclose/],
  ['a gap', readings([900, 100], [3_901, 100], [4_100, 100]), /^3\.0 s passed/],
  ['a negative reading', readings([0, 100], [2_000, -1], [5_000, 100]), /none that a device can draw/],
  ['an absurd one', readings([0, 100], [2_000, 25_000], [5_000, 100]), /none that a device can draw/],
  ['none at all', [], /do not enclose/],
])('no energy of a window with %s', (_, given, why) => expect(deviceEnergyJ(given, window)).toMatch(why))

test("a gap outside the window is nobody's", () => {
  expect(deviceEnergyJ(readings([-9_000, 5], [1_000, 100], [2_500, 100], [4_000, 100], [60_000, 5]), window)).toBe(300)
})

const throughput = { output: 50, input: 950, total: 1_000, requestsPerS: 2 } as Throughput

function measured(lines: readonly PowerLine[], gpus?: number) {
  const measure = new PowerMeasure([window])
  for (const line of lines) measure.add(line)
  return measure.result({ gpus, throughput })
}

const steady = (meter: 'nvidia-smi' | 'dcgm', device: string, watts: number, upToMs = 5_000): PowerLine[] =>
  [0, 1_000, 2_000, 3_000, 4_000, 5_000]
    .filter((atMs) => atMs <= upToMs)
    .map((atMs) => ({ meter, device, atMs, watts }))

test('watts of all devices over what came in the same window', () => {
  const lines = [...steady('nvidia-smi', 'a', 300), ...steady('nvidia-smi', 'b', 100)]
  expect(measured(lines, 2)).toEqual({
    ...{ meter: 'nvidia-smi', devices: 2, samples: 12, meanW: 400, meanPerDeviceW: 200, energyJ: 1_200 },
    ...{ joulesPerOutputToken: 8, joulesPerInputToken: 400 / 950, joulesPerTotalToken: 0.4, joulesPerRequest: 200 },
  })
})

test('readings of the devices that belong together are one round, each device once', () => {
  const measure = new PowerMeasure([window])
  for (const line of [...steady('nvidia-smi', 'a', 300, 2_000), ...steady('nvidia-smi', 'b', 100, 1_000)])
    measure.add('watts' in line ? { ...line, atMs: line.atMs + (line.device === 'b' ? 40 : 0) } : line)
  measure.add({ meter: 'dcgm', device: 'a', atMs: 500, watts: 1 })
  expect(measure.rounds('nvidia-smi')).toEqual([
    { atMs: 0, watts: [300, 100] },
    { atMs: 1_000, watts: [300, 100] },
    { atMs: 2_000, watts: [300] },
  ])
  expect(measure.rounds('amd-smi')).toEqual([])
})

test('other devices than serve, or a meter that ended: no energy, and the reason', () => {
  const lines = [...steady('nvidia-smi', 'a', 300), ...steady('nvidia-smi', 'b', 100, 2_000)]
  const ended: PowerLine = { meter: 'nvidia-smi', atMs: 2_100, problem: 'it ended (exit code 9)' }
  expect(measured([...lines, ended], 8)).toEqual({
    ...{ meter: 'nvidia-smi', devices: 2, samples: 9 },
    problems: [
      'the readings do not enclose the window',
      '2 devices were measured, and 8 serve',
      'it ended (exit code 9)',
    ],
  })
})

test('of two meters the one that covers the window is taken, and never both', () => {
  const lines = [...steady('dcgm', 'GPU-a', 300, 3_000), ...steady('nvidia-smi', 'GPU-a', 310)]
  expect(measured(lines)).toMatchObject({ meter: 'nvidia-smi', energyJ: 930 })
  expect(
    measured(
      [...lines, ...steady('dcgm', 'GPU-b', 90)].filter((line) => !('device' in line) || line.device !== 'GPU-a'),
    ),
  ).toMatchObject({ meter: 'dcgm', energyJ: 270 })
  expect(measured([{ meter: 'amd-smi', atMs: 0, problem: 'it does not start' }])).toBeUndefined()
})
