import type { RequestRecord } from '@reprise/replay-engine'
import { expect, test } from 'vitest'
import { buildResult } from '../../measure/build-result.ts'
import { treeShapes } from '../../measure/tree-shapes.ts'
import { lanesLoad, okRecord, onePlan, runHeader, unansweredRecord } from '../../testing/run.fixture.ts'
import { publishedIdentity } from '../run/published-identity.ts'
import { profileLines } from './profile-lines.ts'

const { turns } = onePlan().trees[0]!.sessions[0]!
const sessions = [
  { id: 'root', turns },
  { id: 'agent-"7"', parent: 0, turns },
  { id: 'deep', parent: 1, turns },
]
const shapes = treeShapes({ trees: [{ traceId: 'trace_a', trace: 0, sessions }] })

async function linesOf(...records: RequestRecord[]) {
  const result = buildResult({
    header: runHeader(lanesLoad(), { startedAt: '2026-11-28T19:33:26.123Z' }),
    records: [],
    phases: [],
  })
  const run = { name: 'run', result, identity: publishedIdentity(result), shapes, blockSize: 64 }
  const lines: string[] = []
  for await (const line of profileLines({
    ...run,
    records: async function* () {
      yield* records
    },
  }))
    lines.push(line)
  return lines
}

test('instants to the nanosecond, which no double can hold', async () => {
  const [line] = await linesOf(okRecord({ sentMs: 1_000.000_123, doneMs: 1_610.000_001 }))
  expect(line).toContain('"request_start_ns":1795894407123000123,')
  expect(line).toContain('"request_end_ns":1795894407733000001,')
})

test('who started whom, by correlation; sessions in the order in which they are met', async () => {
  const lines = await linesOf(
    okRecord({ id: '3.1.2.0', lane: 3, play: 1, session: 'deep' }),
    okRecord({ id: '3.1.1.4', lane: 3, play: 1, session: 'agent-"7"', turn: 4 }),
  )
  expect(lines.map((line) => JSON.parse(line).metadata)).toMatchObject([
    {
      session_num: 0,
      agent_depth: 2,
      x_correlation_id: '3.1.2',
      parent_correlation_id: '3.1.1',
      root_correlation_id: '3.1.0',
    },
    {
      session_num: 1,
      agent_depth: 1,
      parent_correlation_id: '3.1.0',
      conversation_id: 'trace_a::sa:agent-"7"',
      turn_index: 4,
    },
  ])
})

test('cancelled, refused and failed requests are errors; what was never tried has no line', async () => {
  const { sentMs: _, ...unsent } = unansweredRecord({ kind: 'cancelled' })
  const lines = await linesOf(
    unsent,
    unansweredRecord({ kind: 'cancelled' }),
    unansweredRecord({ kind: 'truncated', status: 400, message: 'too long' }),
    { ...unsent, connectStartMs: 995, outcome: { kind: 'failed', class: 'connect', message: 'refused' } },
  )
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { metadata: { was_cancelled: true }, error: { code: 499, type: 'RequestCancellationError' } },
    { metadata: { was_cancelled: false }, error: { code: 400, type: 'context-overflow', message: 'too long' } },
    { metadata: { request_ack_ns: null }, error: { type: 'connect' }, metrics: { error_isl: { value: 1_000 } } },
  ])
})
