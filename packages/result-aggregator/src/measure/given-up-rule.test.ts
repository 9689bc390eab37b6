import type { RequestRecord, StopCause } from '@reprise/replay-engine'
import { expect, test } from 'vitest'
import { okRecord, runHeader, unansweredRecord } from '../testing/run.fixture.ts'
import { buildResult } from './build-result.ts'

const phases = [{ phase: 'profiling', startMs: 0, endMs: 800 }] as const

/** What a run that was given up after 0.8 s says of it. */
function saidOf(
  stoppedBy: StopCause,
  { argv = [] as string[], maxContextTokens = undefined as number | undefined } = {},
) {
  const header = runHeader()
  const load = { ...header.plan.load, ...(maxContextTokens !== undefined && { maxContextTokens }) }
  const records: RequestRecord[] = [
    okRecord(),
    ...Array.from({ length: 60 }, () => unansweredRecord({ kind: 'failed', class: 'server-error', message: '' })),
  ]
  const { reasons } = buildResult({
    header: { ...header, argv, plan: { ...header.plan, load } },
    records,
    phases,
    ended: 'stopped',
    stoppedBy,
  }).validity
  return reasons.find((reason) => reason.startsWith('given-up'))
}

test('says what was seen, and not what was not', () => {
  expect(saidOf({ kind: 'failed-share', failure: 'server-error' })).toBe(
    'given-up: the run was ended after 61 requests, since more than 10 % of them had failed, most of them server-error. ' +
      'The numbers are those of the part that ran. Mend the server, then run again.',
  )
  expect(saidOf({ kind: 'failed-in-a-row', failure: 'connect' })).toMatch(
    /no request succeeded any more, most of them connect/,
  )
  expect(saidOf({ kind: 'refused', failure: 'unauthorized' })).toMatch(
    /since not one of them was taken, most of them unauthorized/,
  )
  for (const kind of ['failed-share', 'refused'] as const) expect(saidOf({ kind })).not.toMatch(/come back|any more/)
})

test('advises nothing that was given already', () => {
  const refused = { kind: 'refused', failure: 'unauthorized' } as const
  expect(saidOf(refused)).toMatch(/Give the key of the server with --api-key-env/)
  for (const argv of [
    ['replay', '--api-key-env', 'KEY'],
    ['replay', '--api-key-env=KEY'],
  ])
    expect(saidOf(refused, { argv })).toMatch(/does not take the key of --api-key-env/)
  const tooLong = { kind: 'refused', failure: 'too-long' } as const
  expect(saidOf(tooLong)).toMatch(/Set --max-context to its limit/)
  expect(saidOf(tooLong, { maxContextTokens: 9_000 })).toMatch(
    /keeps to 9000 tokens already, and the server holds fewer/,
  )
})

test('of a warm-up without end it has words of its own', () => {
  const header = runHeader()
  const load = { ...header.plan.load, warmupLimitMs: 1_800_000 }
  const { reasons } = buildResult({
    header: { ...header, plan: { ...header.plan, load } },
    records: [
      okRecord({ phase: 'warmup' }),
      { ...unansweredRecord({ kind: 'cancelled' }), phase: 'warmup' },
      { ...unansweredRecord({ kind: 'cancelled' }), phase: 'warmup' },
    ],
    phases: [{ phase: 'warmup', startMs: 0, endMs: 1_800_000 }],
    ended: 'stopped',
    stoppedBy: { kind: 'warmup-limit' },
  }).validity
  expect(reasons).toContain(
    'given-up: warm-up did not end within 1800 s: of its 3 requests 1 were answered, 0 failed and 2 were still waiting. ' +
      'Look whether the server still answers; if it does, take fewer lanes or raise --warmup-limit.',
  )
})
