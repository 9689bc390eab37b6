import type { RequestRecord } from '@reprise/replay-engine'
import { expect, test } from 'vitest'
import { enoughRequests, firstOf } from './enough-requests.ts'

const counts = { requests: 0, ok: 0, failed: 0, truncated: 0, cancelled: 0 }
const record = (phase: RequestRecord['phase']) => ({ phase }) as RequestRecord

test('requests of the measured phase count, and no others', () => {
  const rule = enoughRequests(2)
  const phases = ['warmup', 'profiling', 'warmup', 'profiling', 'profiling'] as const
  expect(phases.map((phase) => rule(counts, record(phase)))).toEqual([
    undefined,
    undefined,
    undefined,
    'enough',
    'enough',
  ])
})

test('without a number there are never enough', () => {
  expect(enoughRequests(undefined)(counts, record('profiling'))).toBeUndefined()
})

test('each rule is asked, and the first that speaks is heard', () => {
  const late = enoughRequests(2)
  const rule = firstOf(
    () => undefined,
    late,
    () => ({ kind: 'refused' }),
  )
  expect(rule(counts, record('profiling'))).toEqual({ kind: 'refused' })
  expect(rule(counts, record('profiling'))).toBe('enough')
})
