import { getEventListeners } from 'node:events'
import { expect, test, vi } from 'vitest'
import { Interrupts, main } from '../packages/cli/src/main.ts'
import { serveHere } from './run-here.ts'

test('nobody hears of a server whose start is put off, and a signal ends the wait as it ends a server', async () => {
  const words = ['serve', '--port', '0', '--start-delay', '1h']
  const interrupts = new Interrupts(() => {})
  const said = { stdout: '', stderr: '' }
  const ended = main(words, {
    stdout: { write: (piece) => (said.stdout += piece) },
    stderr: { write: (piece) => (said.stderr += piece) },
    env: process.env,
    argv: words,
    signal: interrupts.signal,
  })
  await vi.waitUntil(() => getEventListeners(interrupts.signal, 'abort').length > 0, { timeout: 20_000 })
  interrupts.askOnce('SIGTERM')
  expect(await ended).toBe(0)
  expect(said).toEqual({ stdout: '', stderr: '' })
})

test('after the delay it serves', async () => {
  const { url, stop } = await serveHere(['--start-delay', '1ms'])
  expect((await fetch(`${url}/health`)).status).toBe(200)
  expect(await stop()).toBe(0)
})
