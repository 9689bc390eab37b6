import { expect, test } from 'vitest'
import { runCli } from './run-cli.ts'
import { runHere } from './run-here.ts'

const deadlineMs = 60_000

test(
  'calibrate client lays every chunk beside the instant at which the server wrote it',
  async () => {
    const args = ['--streams', '4,2', '--rate', '200', '--duration', '400ms', '--rounds', '1', '--json', '--quiet']
    const { code, stdout, stderr } = await runCli(['calibrate', 'client', ...args])
    expect(stderr).toBe('')
    expect(code).toBe(0)
    const calibration = JSON.parse(stdout)
    expect(calibration).toMatchObject({
      schema: 'client-calibration/1',
      tokensPerSPerStream: 200,
      rounds: 1,
      limitMs: 6,
    })
    expect(calibration.points).toMatchObject([{ streams: 2 }, { streams: 4 }])
    for (const point of calibration.points) {
      expect(point).toMatchObject({ unmatched: 0, chunks: expect.any(Number), cpuPerChunkUs: expect.any(Number) })
      expect(point.chunks).toBeGreaterThan(0)
      // Two processes, one monotonic clock: nothing comes before it was sent.
      expect(point.chunkErrorMs.min).toBeGreaterThan(-0.1)
      expect(point.chunkErrorMs.n).toBe(point.chunks)
      expect(point.ttftErrorMs.n).toBeGreaterThan(0)
      expect(point.sendDelayMs.min).toBeGreaterThan(-0.1)
    }
  },
  deadlineMs,
)

test('a stream count of none is refused with its cure', { timeout: deadlineMs }, async () => {
  const { code, stderr } = await runHere(['calibrate', 'client', '--streams', '0'])
  expect(code).toBe(2)
  expect(stderr).toContain('whole number of at least 1')
})
