import { expect, onTestFinished, test, vi } from 'vitest'
import { clockContract } from './clock.contract.ts'
import { ContinuedClock } from './continued-clock.ts'
import { onAbort } from './on-abort.ts'
import { WallClock } from './wall-clock.ts'

clockContract('wall', () => ({ clock: new WallClock(), drive: (main) => main() }))
clockContract('wall, continued', () => ({
  clock: new ContinuedClock(new WallClock(), 1_234.567),
  drive: (main) => main(),
}))

test('an earlier callback asked for later is not held up by the one already armed', async () => {
  const clock = new WallClock()
  const order: string[] = []
  await new Promise<void>((resolve) => {
    const cancel = clock.at(clock.now() + 600_000, () => order.push('in ten minutes'))
    clock.at(clock.now() + 2, () => {
      order.push('soon')
      cancel()
      resolve()
    })
  })
  expect(order).toEqual(['soon'])
})

test('its date is that of its origin, whenever it is asked for; and so of the clock that goes on from it', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 2, 1) })
  onTestFinished(() => void vi.useRealTimers())
  const clock = new WallClock()
  vi.setSystemTime(Date.UTC(2026, 2, 2))
  expect(clock.startedAt).toBe('2026-03-01T00:00:00.000Z')
  expect(new ContinuedClock(clock, 5_000).startedAt).toBe('2026-03-01T00:00:00.000Z')
})

test('a step of the system date moves no instant, and nobody is woken by it', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => void vi.useRealTimers())
  const clock = new WallClock()
  const readings = [clock.now()]
  const ran: string[] = []
  const cancel = clock.at(clock.now() + 600_000, () => ran.push('in ten minutes'))
  for (const stepMs of [3_600_000, -7_200_000]) {
    vi.setSystemTime(Date.now() + stepMs)
    readings.push(clock.now())
    await new Promise<void>((resolve) => clock.at(clock.now() + 2, resolve))
    readings.push(clock.now())
  }
  cancel()
  expect(ran).toEqual([])
  expect(readings).toEqual(readings.toSorted((a, b) => a - b))
  expect(readings.at(-1)).toBeLessThan(60_000)
})

test('a signal carries one listener however many ask, and calls each once', () => {
  const abort = new AbortController()
  let added = 0
  const add = abort.signal.addEventListener.bind(abort.signal)
  abort.signal.addEventListener = (...args: Parameters<typeof add>) => {
    added += 1
    add(...args)
  }
  let called = 0
  const count = () => {
    called += 1
  }
  const cancels = Array.from({ length: 50 }, () => onAbort(abort.signal, count))
  cancels[0]!()
  abort.abort()
  onAbort(abort.signal, count)
  expect({ added, called }).toEqual({ added: 1, called: 50 })
})
