import { doing, sweepJobWith } from '@reprise/matrix-generator/fixtures'
import { expect, test } from 'vitest'
import { corpusFlags } from './corpus-flags.ts'

const agentic = sweepJobWith()
const scenario = { kind: 'fixed-seq-len', inputTokens: 1_024, outputTokens: 512, maxModelTokens: 1_792 } as const

test('an agentic job replays the recorded traces, read as they are to be read', () => {
  expect(corpusFlags(agentic, {})).toEqual([])
  expect(corpusFlags(agentic, { traces: 'traces/' })).toEqual(['--traces', 'traces/'])
  const corpus = { traces: 'traces/', subagentTimes: 'start-relative', edges: 'frontier' } as const
  expect(corpusFlags(agentic, corpus)).toEqual([
    ...['--traces', 'traces/', '--subagent-times', 'start-relative', '--edges', 'frontier'],
  ])
})

test('a job of fixed lengths makes its own requests, and would refuse traces', () => {
  expect(corpusFlags(doing(agentic, { scenario }), { traces: 'traces/', subagentTimes: 'auto' })).toEqual([])
})
