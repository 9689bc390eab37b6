import { planReplay } from '@reprise/replay-engine'
import { type Corpus, synthCorpus } from '@reprise/trace'
import { expect, test } from 'vitest'
import { stampedeWarning } from './stampede.ts'

/** Traces that begin so long after the recording. */
function corpusOf(starts: readonly number[]): Corpus {
  const corpus = synthCorpus({ seed: 1, traces: 1 })
  const [trace] = corpus.traces
  return { ...corpus, traces: starts.map((startMs, i) => ({ ...trace!, id: String(i), startMs })) }
}

const planned = (starts: readonly number[], preset: 'fixed-schedule' | 'rate') =>
  planReplay(corpusOf(starts), { seed: 1, preset, ...(preset === 'rate' && { sessionsPerS: 1 }) })

test('sessions that all arrive at once are a stampede, with the cure', () => {
  const together = Array.from({ length: 9 }, () => 0)
  expect(stampedeWarning(planned([...together, 5_000], 'fixed-schedule'))).toMatch(
    /^9 of 10 sessions arrive at the same instant.*--preset rate --rate X/,
  )
  expect(stampedeWarning(planned(together, 'rate'))).toBeUndefined()
})

test('few of them, or those of a recording that has times, are none', () => {
  expect(stampedeWarning(planned([0, 0, 0], 'fixed-schedule'))).toBeUndefined()
  const apart = Array.from({ length: 20 }, (_, i) => (i < 9 ? 0 : i * 1_000))
  expect(stampedeWarning(planned(apart, 'fixed-schedule'))).toBeUndefined()
})
