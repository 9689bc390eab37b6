import { expect, test } from 'vitest'
import { type Calibration, type CalibrationPoint, medianPoint, trustedStreams } from './calibration.ts'
import { renderCalibration } from './render-calibration.ts'

const limits = { limitMs: 6, tokensPerS: 20 }
const spreadOf = (p99: number) => ({ n: 100, p50: 0.1, p99, min: 0, max: p99 })

function roundOf(streams: number, p99: number, fields: Partial<CalibrationPoint> = {}) {
  return {
    streams,
    chunks: 1_000,
    chunksPerS: 20 * streams,
    cpuPerChunkUs: 30,
    cpuShare: 0.2,
    eventLoopDelayP99Ms: 1,
    unmatched: 0,
    ttftErrorMs: spreadOf(p99),
    chunkErrorMs: spreadOf(p99 / 2),
    ...fields,
  }
}

test('a point is the median of its rounds, figure by figure', () => {
  const point = medianPoint([roundOf(8, 2), roundOf(8, 40, { cpuPerChunkUs: 90 }), roundOf(8, 3)], limits)
  expect(point).toMatchObject({ cpuPerChunkUs: 30, ttftErrorMs: { p99: 3 }, chunkErrorMs: { p99: 1.5 }, trusted: true })
  expect(point).not.toHaveProperty('coreWaitShare')
})

test.each([
  ['TTFT past the limit', roundOf(8, 7)],
  ['chunks past the limit', roundOf(8, 1, { chunkErrorMs: spreadOf(6.1) })],
  ['a server that did not keep the pace', roundOf(8, 1, { chunksPerS: 100 })],
  ['a reply that could not be compared', roundOf(8, 1, { unmatched: 1 })],
])('%s: not trusted', (_, round) => {
  expect(medianPoint([round], limits).trusted).toBe(false)
})

test('nothing measured: not trusted', () => {
  const { ttftErrorMs: _, ...round } = roundOf(8, 1)
  expect(medianPoint([round], limits).trusted).toBe(false)
})

test('trust ends at the first count that fails, whatever comes after it', () => {
  const points = [roundOf(64, 2), roundOf(8, 1), roundOf(500, 3), roundOf(250, 9)].map((each) =>
    medianPoint([each], limits),
  )
  expect(trustedStreams(points)).toBe(64)
  expect(trustedStreams(points.filter(({ streams }) => streams === 250))).toBeUndefined()
  expect(trustedStreams([])).toBeUndefined()
})

function calibrationOf(points: readonly CalibrationPoint[]): Calibration {
  const trusted = trustedStreams(points)
  return {
    schema: 'client-calibration/1',
    node: '24.0.0',
    cpus: 2,
    tokensPerSPerStream: 20,
    rounds: 3,
    limitMs: 6,
    points,
    ...(trusted !== undefined && { trustedStreams: trusted }),
  }
}

test('the table fits 100 columns and ends in how far the client can be trusted', () => {
  const points = [roundOf(8, 1), roundOf(500, 1234.5)].map((each) => medianPoint([each], limits))
  const text = renderCalibration(calibrationOf(points))
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
  expect(text).toContain('This client can be trusted up to 8 streams; beyond, split the run')
  expect(text).not.toContain('The machine is busy')
})

test('it says when none can be trusted, when more were not tried, and when the machine was busy', () => {
  expect(renderCalibration(calibrationOf([medianPoint([roundOf(8, 9)], limits)]))).toContain('cannot be trusted here')
  expect(renderCalibration(calibrationOf([medianPoint([roundOf(8, 1)], limits)]))).toContain(
    '8 streams; more were not tried',
  )
  const busy = medianPoint([roundOf(8, 1, { coreWaitShare: 0.31 })], limits)
  expect(renderCalibration(calibrationOf([busy]))).toContain('waited for a core for up to 31 % of the time')
})
