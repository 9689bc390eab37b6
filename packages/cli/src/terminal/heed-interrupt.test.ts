import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { heedInterrupt } from './heed-interrupt.ts'

const listeners = ({ signal }: AbortController) => getEventListeners(signal, 'abort').length

test('it is heeded while the work goes on, also by work that does not look at its signal, and no longer', async () => {
  const outer = new AbortController()
  const result = await heedInterrupt(outer.signal, async (signal) => {
    expect(listeners(outer)).toBe(1)
    outer.abort('why')
    return signal.reason
  })
  expect([result, listeners(outer)]).toEqual(['why', 0])
})

test('work that fails leaves no listener, and one that was asked before sees it at once', async () => {
  const outer = new AbortController()
  await expect(heedInterrupt(outer.signal, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(listeners(outer)).toBe(0)
  outer.abort()
  expect(await heedInterrupt(outer.signal, async (signal) => signal.aborted)).toBe(true)
})
