import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Losses } from '../convert/losses.ts'
import { claudeCode } from './claude-code.ts'
import { codex } from './codex.ts'
import { corpusOfRequests } from './corpus-of-requests.ts'
import { logKinds } from './detect-log.ts'
import type { LogKind } from './log-reader.ts'
import { PromptChains } from './prompt-chains.ts'

const letters = (text: string) => Uint32Array.from(text, (letter) => letter.codePointAt(0)!)

/** A corpus in blocks of ten letters, of records by their files. */
function read(kind: LogKind, files: Readonly<Record<string, readonly object[]>>) {
  const losses = new Losses()
  const chains = new PromptChains(10, letters)
  const reader = kind.reader(chains, losses)
  for (const [file, records] of Object.entries(files)) for (const record of records) reader.add(record, { file })
  const options = { chains, blockSize: 10, tokenize: letters, tokenizer: 'letters', losses }
  const corpus = corpusOfRequests(reader.requests(), options)
  return { corpus, losses: losses.all.map(({ kind: what, field, count }) => [what, field, count]) }
}

const second = (at: number) => new Date(1_790_000_000_000 + 1000 * at).toISOString()
const line = (uuid: string, parentUuid: string | null, at: number, more: object) => {
  return { sessionId: 's', uuid, parentUuid, timestamp: second(at), ...more }
}
const user = (uuid: string, parent: string | null, at: number, content: unknown, more: object = {}) =>
  line(uuid, parent, at, { type: 'user', message: { role: 'user', content }, ...more })
const assistant = (
  uuid: string,
  parent: string,
  at: number,
  [id, input, output, stop]: readonly [string, number, number, string?],
  more: object = {},
) =>
  line(uuid, parent, at, {
    type: 'assistant',
    message: {
      ...{
        id,
        role: 'assistant',
        model: 'm',
        stop_reason: stop ?? null,
        content: [{ type: 'text', text: 'a reply of 20 letters' }],
      },
      usage: { input_tokens: 1, cache_read_input_tokens: input - 1, output_tokens: output },
    },
    ...more,
  })

test('Claude Code: of a reply without a stop reason the texts count where its usage was written too early', () => {
  const { corpus, losses } = read(claudeCode, {
    'a.jsonl': [
      user('1', null, 0, 'x'),
      assistant('2', '1', 3, ['r1', 100, 2]),
      user('3', '2', 4, 'y'),
      assistant('4', '3', 9, ['r2', 150, 2, 'end_turn']),
    ],
  })
  expect(corpus.traces[0]!.sessions[0]!.turns.map(({ outputTokens }) => outputTokens)).toEqual([21, 2])
  expect(losses).toContainEqual(['inferred', 'outputTokens', 1])
})

test('Claude Code: after a compaction only the head is shared; a copy in the log of a resumed session is not asked again', () => {
  const first = [user('1', null, 0, 'x'), assistant('2', '1', 3, ['r1', 100, 9, 'end_turn'])]
  const compacted = [
    line('3', null, 5, { type: 'system', subtype: 'compact_boundary', logicalParentUuid: '2' }),
    user('4', '3', 6, 'a summary'),
    assistant('5', '4', 9, ['r2', 130, 9, 'end_turn']),
  ]
  const copies = [...first, ...compacted].map((each) => ({
    ...each,
    sessionId: 'resumed',
    uuid: `${'uuid' in each ? each.uuid : ''}r`,
  }))
  const { corpus, losses } = read(claudeCode, { 'a.jsonl': [...first, ...compacted], 'b.jsonl': copies })
  expect(corpus.traces).toHaveLength(1)
  // The first prompt has 3 letters of messages, "x" in quotes, behind 97 of the head.
  const turns = corpus.traces[0]!.sessions[0]!.turns
  expect(turns.map(({ sharedBlocks, ownBlocks }) => [sharedBlocks, ownBlocks.length])).toEqual([
    [0, 10],
    [9, 4],
  ])
  expect(losses).toContainEqual(['dropped', 'requests', 2])
})

test('Claude Code: subagents of subagents, of one id in two sessions, and one that nobody waits for', () => {
  const launch = (uuid: string, parent: string, at: number, reply: string, tool: string, more: object = {}) => {
    const { message, ...rest } = assistant(uuid, parent, at, [reply, 100, 9, 'tool_use'], more) as unknown as {
      message: object
    }
    return {
      ...rest,
      message: {
        ...message,
        content: [{ type: 'tool_use', id: tool, name: 'Agent', input: { subagent_type: 'Plan' } }],
      },
    }
  }
  const result = (uuid: string, parent: string, at: number, tool: string, toolUseResult: object, more: object = {}) =>
    user(uuid, parent, at, [{ type: 'tool_result', tool_use_id: tool, content: 'x' }], { toolUseResult, ...more })
  const side = (agentId: string) => ({ isSidechain: true, agentId })
  const { corpus } = read(claudeCode, {
    's.jsonl': [
      user('1', null, 0, 'x'),
      launch('2', '1', 1, 'r1', 't1'),
      result('3', '2', 2, 't1', { agentId: 'deep', status: 'async_launched' }),
      assistant('4', '3', 3, ['r2', 120, 9, 'end_turn']),
    ],
    's/subagents/agent-deep.jsonl': [
      user('5', null, 2, 'x', side('deep')),
      launch('6', '5', 10, 'r3', 't2', side('deep')),
      result('7', '6', 30, 't2', { agentId: 'deeper', status: 'completed' }, side('deep')),
      assistant('8', '7', 40, ['r4', 140, 9, 'end_turn'], side('deep')),
    ],
    's/subagents/agent-deeper.jsonl': [
      user('9', null, 11, 'x', side('deeper')),
      assistant('10', '9', 25, ['r5', 100, 9, 'end_turn'], side('deeper')),
    ],
    'other/subagents/agent-deep.jsonl': [
      { ...user('11', null, 50, 'x', side('deep')), sessionId: 'other' },
      { ...assistant('12', '11', 51, ['r6', 100, 9, 'end_turn'], side('deep')), sessionId: 'other' },
    ],
  })
  const trace = corpus.traces.find(({ id }) => id === 's')!
  expect(trace.sessions.map(({ id, parent, agentType }) => [id, parent, agentType])).toEqual([
    ['s', undefined, undefined],
    ['s/deep', 0, 'Plan'],
    ['s/deeper', 1, 'Plan'],
  ])
  const relations = trace.sessions.map(({ turns }) =>
    turns.map(({ needs }) => needs.map(({ on, relation }) => `${relation} ${on.session}.${on.turn}`)),
  )
  expect(relations).toEqual([[[], ['sequence 0.0']], [['spawn 0.0'], ['sequence 1.0', 'join 2.0']], [['spawn 1.0']]])
  expect(corpus.traces.map(({ id }) => id)).toEqual(['other/deep', 's'])
})

const item = (at: number, payload: object) => ({ timestamp: second(at), type: 'response_item', payload })
const asks = (at: number, text: string) =>
  item(at, { type: 'message', role: 'user', content: [{ type: 'input_text', text }] })
const says = (at: number, text: string) =>
  item(at, { type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] })
const counts = (at: number, total: number, input: number) => {
  const info = {
    total_token_usage: { total_tokens: total },
    last_token_usage: { input_tokens: input, output_tokens: 5 },
  }
  return { timestamp: second(at), type: 'event_msg', payload: { type: 'token_count', info } }
}
const meta = (id: string, more: object = {}) => ({
  timestamp: second(0),
  type: 'session_meta',
  payload: { id, ...more },
})

test('Codex: what a fork copies of its parent is not asked again, and it goes on from the blocks of its parent', () => {
  const parent = [
    meta('p'),
    asks(0, 'a'),
    says(1, 'b'),
    counts(2, 100, 200),
    asks(3, 'c'),
    says(4, 'd'),
    counts(5, 300, 400),
  ]
  const copied = [asks(9, 'a'), says(9, 'b'), counts(9, 100, 200), asks(9, 'c'), says(9, 'd'), counts(9, 300, 400)]
  const fork = [
    meta('f', { forked_from_id: 'p' }),
    meta('p'),
    ...copied,
    asks(10, 'e'),
    says(12, 'g'),
    counts(13, 700, 600),
  ]
  const { corpus, losses } = read(codex, { 'f.jsonl': fork, 'p.jsonl': parent })
  expect(corpus.traces).toHaveLength(1)
  const [root, child] = corpus.traces[0]!.sessions
  expect([root, child].map((session) => session!.turns.map(({ inputTokens }) => inputTokens))).toEqual([
    [200, 400],
    [600],
  ])
  const ids = [...child!.turns[0]!.ownBlocks]
  expect(ids.slice(0, 20)).toEqual([...root!.turns[0]!.ownBlocks])
  expect(losses).toContainEqual(['dropped', 'requests', 2])
})

test.each(logKinds.map((kind) => [kind.name, kind] as const))(
  '%s: whatever records, no crash, and lengths that are lengths',
  (_, kind) => {
    const fields = [
      ...[
        'sessionId',
        'uuid',
        'parentUuid',
        'type',
        'message',
        'agentId',
        'isSidechain',
        'toolUseResult',
        'timestamp',
        'payload',
        'id',
      ],
      ...[
        'content',
        'usage',
        'input_tokens',
        'output_tokens',
        'info',
        'last_token_usage',
        'total_token_usage',
        'total_tokens',
        'role',
      ],
      ...[
        'resourceSpans',
        'scopeSpans',
        'spans',
        'spanId',
        'traceId',
        'startTimeUnixNano',
        'endTimeUnixNano',
        'attributes',
        'key',
        'value',
      ],
      ...['custom_id', 'body', 'response', 'messages', 'choices', 'created', 'max_tokens', '__proto__'],
    ]
    const words = [
      ...[
        'user',
        'assistant',
        's',
        'u',
        'token_count',
        'response_item',
        'event_msg',
        'session_meta',
        '1790000000000000000',
      ],
      ...['gen_ai.usage.input_tokens', 'gen_ai.input.messages', '2026-09-22T10:00:00Z', 'tool_use', 'text', ''],
    ]
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        ...[fc.constantFrom(...words), fc.integer(), fc.constant(null), fc.double()],
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...fields), tie('value'), { maxKeys: 8 }),
      ),
    }))
    fc.assert(
      fc.property(fc.array(value, { maxLength: 6 }), (records) => {
        const { corpus } = read(kind, { 'a.jsonl': records as object[] })
        for (const { sessions } of corpus.traces)
          for (const { turns } of sessions)
            for (const { inputTokens, outputTokens, startMs } of turns) {
              expect(Number.isSafeInteger(inputTokens) && inputTokens >= 0).toBe(true)
              expect(Number.isSafeInteger(outputTokens) && outputTokens >= 0).toBe(true)
              expect(Number.isFinite(startMs)).toBe(true)
            }
      }),
      { numRuns: 300 },
    )
  },
)
