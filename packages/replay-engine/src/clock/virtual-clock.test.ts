import { describe, expect, test } from 'vitest'
import { clockContract } from './clock.contract.ts'
import { sleepUntil } from './sleep-until.ts'
import { VirtualClock, VirtualTimeStuck } from './virtual-clock.ts'

clockContract('virtual', () => {
  const clock = new VirtualClock()
  return { clock, drive: (main) => clock.run(main) }
})

describe('VirtualClock', () => {
  test('an hour passes at once and to the millisecond', async () => {
    const clock = new VirtualClock()
    await clock.run(() => sleepUntil(clock, 3_600_000))
    expect(clock.now()).toBe(3_600_000)
  })

  test('lets woken code come to rest, however long its chain of promises, before time moves on', async () => {
    const clock = new VirtualClock()
    const seenMs: number[] = []
    await clock.run(async () => {
      clock.at(11, () => {})
      await sleepUntil(clock, 10)
      for (let hop = 0; hop < 100; hop += 1) await (async () => {})()
      seenMs.push(clock.now())
      await sleepUntil(clock, 12)
    })
    expect(seenMs).toEqual([10])
  })

  test('a callback at the same instant waits for what the one before it woke', async () => {
    const clock = new VirtualClock()
    const order: string[] = []
    await clock.run(async () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const woken = promise.then(() => order.push('woken'))
      clock.at(5, resolve)
      clock.at(5, () => order.push('next callback'))
      await woken
      await sleepUntil(clock, 6)
    })
    expect(order).toEqual(['woken', 'next callback'])
  })

  test('code woken by a promise deep inside a long row of plain callbacks sees its own instant', async () => {
    const clock = new VirtualClock()
    const seenMs = await clock.run(async () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      for (let ms = 0; ms < 500; ms += 1) clock.at(ms, ms === 321 ? resolve : () => {})
      await promise
      return clock.now()
    })
    expect(seenMs).toBe(321)
  })

  test('says so when main waits for something that is not on the clock', async () => {
    const clock = new VirtualClock()
    const run = clock.run(async () => {
      await sleepUntil(clock, 42)
      await new Promise(() => {})
    })
    await expect(run).rejects.toThrow(VirtualTimeStuck)
    await expect(run).rejects.toThrow('virtual time is stuck at 42 ms')
  })

  test('passes on what a callback throws, and what main throws', async () => {
    const clock = new VirtualClock()
    const byCallback = clock.run(async () => {
      clock.at(1, () => {
        throw new Error('in a callback')
      })
      await sleepUntil(clock, 2)
    })
    await expect(byCallback).rejects.toThrow('in a callback')
    await expect(clock.run(() => Promise.reject(new Error('in main')))).rejects.toThrow('in main')
    expect(
      await clock.run(async () => {
        await sleepUntil(clock, 10)
        return clock.now()
      }),
    ).toBe(10)
  })

  test('refuses to be driven twice at once', async () => {
    const clock = new VirtualClock()
    await clock.run(async () => {
      await expect(clock.run(async () => {})).rejects.toThrow('already running')
    })
  })
})
