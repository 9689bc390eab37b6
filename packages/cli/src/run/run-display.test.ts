import { planReplay, type Target } from '@reprise/replay-engine'
import { WallClock } from '@reprise/replay-engine/clock'
import { fixedLengthCorpus } from '@reprise/trace'
import { expect, test } from 'vitest'
import { keptContext } from '../terminal/kept-context.fixture.ts'
import { runDisplay } from './run-display.ts'

const corpus = fixedLengthCorpus({
  seed: 1,
  requests: 4,
  inputTokens: 64,
  outputTokens: 1,
  rangeRatio: 1,
  blockSize: 64,
})
const plan = planReplay(corpus, { seed: 1, lanes: 1, preset: 'fixed-seq-len' })
const run = { plan, clock: new WallClock(), folder: 'run' }

function display({ quiet = false } = {}) {
  const [ask, askAgain] = [new AbortController(), new AbortController()]
  const { context, kept } = keptContext({ signal: ask.signal, cancel: askAgain.signal })
  return { shown: runDisplay({ ...context.io, quiet }), kept, ask, askAgain }
}

test('it says what was asked, while the run is on, and leaves one line', async () => {
  const { shown, kept, ask, askAgain } = display()
  await shown.start!(run)
  ask.abort()
  askAgain.abort()
  await shown.stop('interrupted')
  const [asked, again, last, ...rest] = kept.stderr.split('\n')
  expect(asked).toMatch(
    /^stopping: nothing more is sent; what is in flight may end within \d+ s\. Ctrl-C again cancels it\.$/,
  )
  expect(again).toBe('stopping at once: what is in flight is cancelled')
  expect(last).not.toBe('')
  expect(rest).toEqual([''])
  expect(kept.stdout).toBe('')
})

test('after its end it hears nothing, and quiet it says nothing', async () => {
  const { shown, kept, ask } = display()
  await shown.start!(run)
  await shown.stop('passes')
  const before = kept.stderr
  ask.abort()
  expect(kept.stderr).toBe(before)
  const quiet = display({ quiet: true })
  await quiet.shown.start!(run)
  quiet.ask.abort()
  await quiet.shown.stop('interrupted')
  expect(quiet.kept.stderr).toBe('')
})

test('a request passes through it as it is, also one that fails', async () => {
  const { shown } = display()
  await shown.start!(run)
  const request = [{ lane: 0 }] as unknown as Parameters<Target['send']>
  const target: Target = { send: async () => ({ kind: 'cancelled' }) }
  expect(await shown.watched!(target).send(...request)).toEqual({ kind: 'cancelled' })
  const failing: Target = { send: () => Promise.reject(new Error('bug')) }
  await expect(shown.watched!(failing).send(...request)).rejects.toThrow('bug')
  await shown.stop('failed')
})
