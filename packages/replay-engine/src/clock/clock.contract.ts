import { describe, expect, test } from 'vitest'
import type { Clock } from './clock.ts'
import { sleepUntil } from './sleep-until.ts'

/** A clock under test and what makes its time pass until `main` is done. */
export interface ClockUnderTest {
  readonly clock: Clock
  drive<T>(main: () => Promise<T>): Promise<T>
}

/** What every `Clock` must do. Instants are a few milliseconds apart, so that it also runs on real time. */
export function clockContract(name: string, make: () => ClockUnderTest): void {
  describe(`clock contract: ${name}`, () => {
    test('starts near its origin and never goes back', async () => {
      const { clock, drive } = make()
      const readings = [clock.now()]
      await drive(async () => {
        for (let i = 0; i < 20; i += 1) {
          await sleepUntil(clock, clock.now() + 0.3)
          readings.push(clock.now())
        }
      })
      expect(readings[0]).toBeGreaterThanOrEqual(0)
      expect(readings).toEqual(readings.toSorted((a, b) => a - b))
    })

    test('runs each callback at its instant or later, never before', async () => {
      const { clock, drive } = make()
      const early: number[] = []
      await drive(async () => {
        const originMs = clock.now()
        const instants = [7, 0.25, 3.5, 12.75, 1, 1.01, 5.999].map((ms) => originMs + ms)
        for (const ms of instants) clock.at(ms, () => clock.now() < ms && early.push(ms))
        await sleepUntil(clock, originMs + 13)
      })
      expect(early).toEqual([])
    })

    test('runs callbacks in the order of their instants, equal ones in the order they were asked for', async () => {
      const { clock, drive } = make()
      const order: string[] = []
      await drive(async () => {
        const ms = clock.now() + 4
        for (const [label, atMs] of [
          ['late', ms + 2],
          ['first', ms],
          ['second', ms],
          ['early', ms - 2],
          ['third', ms],
        ] as const)
          clock.at(atMs, () => order.push(label))
        await sleepUntil(clock, ms + 3)
      })
      expect(order).toEqual(['early', 'first', 'second', 'third', 'late'])
    })

    test('takes an instant in the past for now, and still returns before it calls', async () => {
      const { clock, drive } = make()
      const seen: string[] = []
      await drive(async () => {
        await sleepUntil(clock, clock.now() + 3)
        const askedMs = clock.now()
        clock.at(askedMs - 2, () => seen.push(clock.now() >= askedMs ? 'called' : 'called in the past'))
        seen.push('asked')
        await sleepUntil(clock, askedMs + 1)
      })
      expect(seen).toEqual(['asked', 'called'])
    })

    test('never runs what was taken back, and taking back later is harmless', async () => {
      const { clock, drive } = make()
      const ran: string[] = []
      await drive(async () => {
        const ms = clock.now() + 2
        const cancelBefore = clock.at(ms, () => ran.push('cancelled before'))
        clock.at(ms, () => cancelSibling())
        const cancelSibling = clock.at(ms, () => ran.push('cancelled at the same instant'))
        const cancelAfter = clock.at(ms, () => ran.push('kept'))
        cancelBefore()
        await sleepUntil(clock, ms + 1)
        cancelAfter()
        cancelBefore()
      })
      expect(ran).toEqual(['kept'])
    })

    test('a callback may ask for more, and its instant is then the past', async () => {
      const { clock, drive } = make()
      const atMs: number[] = []
      await drive(async () => {
        const { promise, resolve } = Promise.withResolvers<void>()
        const again = () => {
          atMs.push(clock.now())
          if (atMs.length < 5) clock.at(clock.now() + 0.5, again)
          else resolve()
        }
        clock.at(clock.now(), again)
        await promise
      })
      for (const [i, ms] of atMs.entries()) if (i > 0) expect(ms - atMs[i - 1]!).toBeGreaterThanOrEqual(0.5 - 1e-9)
    })

    test('does not mistake an instant beyond 2^31 ms for a near one', async () => {
      const { clock, drive } = make()
      const ran: string[] = []
      await drive(async () => {
        const cancel = clock.at(clock.now() + 2 ** 31 + 5, () => ran.push('far'))
        await sleepUntil(clock, clock.now() + 5)
        cancel()
      })
      expect(ran).toEqual([])
    })

    test('refuses an instant that is not a number', () => {
      const { clock } = make()
      expect(() => clock.at(Number.NaN, () => {})).toThrow(RangeError)
      expect(() => clock.at(Number.POSITIVE_INFINITY, () => {})).toThrow(RangeError)
    })

    test('sleepers on one signal wake with its reason and leave nothing behind', async () => {
      const { clock, drive } = make()
      const abort = new AbortController()
      const woken = await drive(async () => {
        const farMs = clock.now() + 10 * 60_000
        const sleepers = Array.from({ length: 200 }, () => sleepUntil(clock, farMs, abort.signal))
        clock.at(clock.now() + 1, () => abort.abort('enough'))
        return Promise.allSettled(sleepers)
      })
      expect(new Set(woken.map((one) => (one.status === 'rejected' ? one.reason : one.status)))).toEqual(
        new Set(['enough']),
      )
      expect(clock.now()).toBeLessThan(60_000)
    })
  })
}
