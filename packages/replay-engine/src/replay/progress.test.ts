import { expect, test } from 'vitest'
import { corpusOf, plainTrace } from '../corpus.fixture.ts'
import { planReplay } from '../plan/plan-replay.ts'
import type { RequestRecord } from '../record/request-record.ts'
import { ProgressMeter } from './progress.ts'

const ended: RequestRecord = {
  id: '0.0.0.0',
  lane: 0,
  play: 0,
  trace: 'a',
  session: 'root',
  turn: 0,
  attempt: 1,
  phase: 'profiling',
  dueMs: 1,
  doneMs: 9,
  plannedInputTokens: 10,
  plannedOutputTokens: 1,
  idealHitTokens: 0,
  outcome: { kind: 'failed', class: 'connect', message: '' },
}

test.each<[string, Partial<RequestRecord>, object]>([
  ['for which no connection came to stand was tried when one was sought', { connectStartMs: 2 }, { sentMs: 2 }],
  ['on a new connection, too', { connectStartMs: 2, sentMs: 3 }, { sentMs: 2 }],
  ['on one that stood was sent then', { sentMs: 3 }, { sentMs: 3 }],
  ['that the plan left unsent was never tried', { outcome: { kind: 'truncated', message: '' } }, { truncated: true }],
])('a turn %s', (_, changes, expected) => {
  const meter = new ProgressMeter(planReplay(corpusOf([plainTrace('a', 2)]), { seed: 1, lanes: 1 }))
  meter.add({ ...ended, ...changes })
  expect(meter.result({ profiledMs: 5 }).latestPlays[0]?.turns).toEqual([
    { sessionIndex: 0, turn: 0, endedMs: 9, truncated: false, ...expected },
  ])
})
