import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readCorpus } from '../../source/read-corpus.ts'
import { writeFiles } from '../../source/trace-files.fixture.ts'
import { dynamoRow as row } from './dynamo-row.fixture.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reprise-trace-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

const launched = (more: object, session = 'parent') =>
  JSON.stringify({
    schema: 'dynamo.request.trace.v1',
    event_type: 'tool_end',
    event_time_unix_ms: 115,
    agent_context: { session_id: session },
    tool: {
      tool_call_id: 'tool-1',
      tool_class: 'agent',
      claude: { source_request_id: 'P1', child_session_id: 'child', execution_mode: 'blocking', ...more },
    },
  })
// By its times the child is of P2, and P3 waits for it.
const rows = [
  row({ id: 'P1', session: 'parent', start: 100 }),
  row({ id: 'P2', session: 'parent', start: 120 }),
  row({ id: 'C', session: 'child', parent: 'parent', start: 130 }),
  row({ id: 'P3', session: 'parent', start: 200 }),
  row({ id: 'P4', session: 'parent', start: 300 }),
]
const waits = async (...tools: readonly string[]) => {
  await writeFiles(folder, { 'a.jsonl': [...rows, ...tools].join('\n') })
  const { corpus, problems } = await readCorpus(folder)
  const sessions = corpus.traces[0]!.sessions
  const words = sessions.flatMap(({ id, turns }) =>
    turns.flatMap(({ needs }, turn) =>
      needs
        .filter(({ relation }) => relation !== 'sequence')
        .map(({ on, relation, delayMs }) => `${id}.${turn} ${relation} ${on.session}.${on.turn} +${delayMs}`),
    ),
  )
  return { words, problems: problems.map(({ code, message }) => `${code}: ${message}`) }
}

test('who asked for a subagent and who used its result comes before what the times say', async () => {
  expect(await waits()).toEqual({ words: ['parent.2 join 1.0 +60', 'child.0 spawn 0.1 +10'], problems: [] })
  expect(await waits(launched({ consumer_request_id: 'P4' }))).toEqual({
    words: ['parent.3 join 1.0 +160', 'child.0 spawn 0.0 +30'],
    problems: [],
  })
  expect((await waits(launched({ execution_mode: 'background' }))).words).toEqual(['child.0 background 0.0 +30'])
})

test('a child without a parent of its own rows has the one that called for it', async () => {
  rows[2] = row({ id: 'C', session: 'child', start: 130 })
  expect((await waits(launched({ consumer_request_id: 'P4' }))).words).toEqual([
    'parent.3 join 1.0 +160',
    'child.0 spawn 0.0 +30',
  ])
  rows[2] = row({ id: 'C', session: 'child', parent: 'parent', start: 130 })
})

test.each([
  [{ source_request_id: 'X' }, 'parent', /its source_request_id X is no request of its session/],
  [{ consumer_request_id: 'C' }, 'parent', /its consumer_request_id C is no request of its session/],
  [{ source_request_id: 'P3', consumer_request_id: 'P1' }, 'parent', /is not after its source_request_id/],
  [{}, 'stranger', /it was run by another session than the parent/],
])('evidence that does not fit is told, and the times are read: %o', async (more, session, message) => {
  const { words, problems } = await waits(launched(more, session))
  expect(words).toEqual(['parent.2 join 1.0 +60', 'child.0 spawn 0.1 +10'])
  expect(problems).toEqual([expect.stringMatching(message)])
  expect(problems[0]).toMatch(/^tool: tool tool-1: .*; what session child waits for is read from its times$/)
})
