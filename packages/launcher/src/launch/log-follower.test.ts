import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { scratchFolder } from '../testing/launch-plan.fixture.ts'
import { LogFollower } from './log-follower.ts'

async function follow(): Promise<{ path: string; log: LogFollower }> {
  const path = join(scratchFolder(), 'server.log')
  const log = await LogFollower.open(path)
  onTestFinished(() => log.close())
  return { path, log }
}

test('a log of very short lines is read like any other', async () => {
  const { path, log } = await follow()
  appendFileSync(path, 'y\n'.repeat(400_000))
  expect(await log.read()).toHaveLength(400_000)
  expect(log.tail()).toHaveLength(400)
})

test('the end of a log that grew faster than it is read is its end', async () => {
  const { path, log } = await follow()
  appendFileSync(path, `${'x'.repeat(99)}\n`.repeat(200_000))
  appendFileSync(path, 'the reason\n')
  await log.read()
  expect(log.tail().at(-1)).not.toBe('the reason')
  expect((await log.readToEnd()).at(-1)).toBe('the reason')
  expect(log.tail().at(-1)).toBe('the reason')
})

test('bytes that are no text do no harm', async () => {
  const { path, log } = await follow()
  appendFileSync(path, Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 7_919) % 256)))
  appendFileSync(path, '\nstill here\n')
  expect((await log.read()).at(-1)).toBe('still here')
  expect(log.tail().join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
})
