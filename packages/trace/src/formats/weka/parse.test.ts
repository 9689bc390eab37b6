import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InvalidTrace } from '../../recording/invalid-trace.ts'
import { type ParseNotes, parseWekaTrace } from './parse.ts'
import { turnsOf } from './recorded-trace.ts'

describe('requests', () => {
  test('seconds become milliseconds, absent stays absent', () => {
    const [turn] = turns({
      t: 1.2345,
      in: 40,
      out: 3,
      hash_ids: [0, 5],
      api_time: 2.5,
      think_time: 0,
      ttft: 0.4,
      stop: 'end_turn',
    })
    expect(turn).toEqual({
      inputTokens: 40,
      outputTokens: 3,
      sharedBlocks: 0,
      ownBlocks: Uint32Array.of(0, 5),
      tMs: 1234.5,
      apiMs: 2500,
      ttftMs: 400,
      thinkMs: 0,
      model: 'unknown',
      inputKinds: [],
      outputKinds: [],
      stopReason: 'end_turn',
    })
  })

  test('null is absent, in every optional field', () => {
    const nothing = { type: null, model: null, hash_ids: null, input_types: null, output_types: null, stop: null }
    const [turn] = turns({ ...request, ...nothing, api_time: null, think_time: null, ttft: null })
    expect(turn).not.toHaveProperty('apiMs')
    expect(turn).not.toHaveProperty('thinkMs')
    expect(turn).not.toHaveProperty('ttftMs')
    expect(turn).not.toHaveProperty('stopReason')
    expect(turn).toMatchObject({ ownBlocks: new Uint32Array(0), model: 'unknown', inputKinds: [], outputKinds: [] })
  })

  test('odd lengths are kept: no input, no output, input below a block, more ids than input', () => {
    const found = turns(
      { ...request, in: 0, out: 0, hash_ids: [] },
      { ...request, in: 15, hash_ids: [] },
      { ...request, in: 8, hash_ids: [1, 2, 3] },
    )
    expect(found.map(({ inputTokens, ownBlocks }) => [inputTokens, ownBlocks.length])).toEqual([
      [0, 0],
      [15, 0],
      [8, 3],
    ])
  })

  test('equal lists with different input, shrinking and growing: deltas are to the request before', () => {
    const lists = [[1, 2], [1, 2], [1], [1, 7, 8], [9]]
    const found = turns(...lists.map((hash_ids) => ({ ...request, hash_ids })))
    expect(found.map(({ sharedBlocks, ownBlocks }) => [sharedBlocks, ...ownBlocks])).toEqual([
      [0, 1, 2],
      [2],
      [1],
      [1, 7, 8],
      [0, 9],
    ])
  })

  test('an empty stop is none, and negative durations are 0', () => {
    const [turn] = turns({ ...request, stop: '', think_time: -0.4, api_time: -1 })
    expect(turn).toMatchObject({ thinkMs: 0, apiMs: 0 })
    expect(turn).not.toHaveProperty('stopReason')
  })

  test('a model that is not named is the session’s first, and switches are kept', () => {
    const trace = parse({ ...header, models: ['a', 'b'], requests: [request, { ...request, model: 'b' }] })
    expect(turnsOf(trace.root).map((turn) => turn.model)).toEqual(['a', 'b'])
  })

  test('text ids are numbered in order of appearance', () => {
    const [first, second] = turns({ ...request, hash_ids: ['ff', '0a'] }, { ...request, hash_ids: ['ff', '0b'] })
    expect(first?.ownBlocks).toEqual(Uint32Array.of(0, 1))
    expect(second).toMatchObject({ sharedBlocks: 1, ownBlocks: Uint32Array.of(2) })
  })
})

describe('headers', () => {
  test.each([
    ['local', 'local'],
    ['global', 'global'],
    ['per_context', 'local'],
    [null, 'local'],
    [undefined, 'local'],
  ])('scope %s is read as %s', (hash_id_scope, expected) => {
    expect(parse({ ...header, hash_id_scope, requests: [request] }).blockScope).toBe(expected)
  })

  test('without names of models, those of the requests', () => {
    const inner = { ...marker, requests: [{ ...request, model: 'a' }] }
    expect(parse({ ...header, requests: [{ ...request, model: 'z' }, inner] }).models).toEqual(['a', 'z'])
  })
})

describe('subagents', () => {
  test('markers are kept in place, adjacent, empty and nested ones too', () => {
    const nested = { ...marker, agent_id: 'b', requests: [{ ...marker, agent_id: 'c', requests: [request] }, request] }
    const trace = parse({ ...header, requests: [marker, request, { ...marker, requests: null }, nested] })
    expect(trace.root.entries.map((entry) => entry.kind)).toEqual(['subagent', 'turn', 'subagent', 'subagent'])
    const last = trace.root.entries[3]
    expect(last?.kind === 'subagent' && last.subagent.session.entries.map((entry) => entry.kind)).toEqual([
      'subagent',
      'turn',
    ])
  })

  test('async ones are known by their status', () => {
    const trace = parse({ ...header, requests: [request, { ...marker, status: 'async_launched', duration_ms: null }] })
    expect(trace.root.entries[1]).toMatchObject({ subagent: { async: true } })
    expect(trace.root.entries[1]).not.toHaveProperty('subagent.durationMs')
  })
})

describe('notes', () => {
  test('unknown fields are named, at every level', () => {
    const fields: string[] = []
    const trace = {
      ...header,
      extra: 1,
      requests: [
        { ...request, tpot: 2 },
        { ...marker, thread: 3 },
      ],
    }
    parse(trace, { unknownField: (name) => fields.push(name) })
    expect(fields).toEqual(['extra', 'tpot', 'thread'])
  })

  test('totals that do not add up are a warning; those that do are none', () => {
    const requests = [request, { ...marker, requests: [request] }]
    const sums = {
      parent_tokens: { input: 20, output: 2 },
      subagent_tokens: { input: 20, output: 2 },
      subagent_count: 1,
    }
    const combined_tokens = { input: 40, output: 4 }
    expect(warningsOf({ ...header, totals: { ...sums, combined_tokens }, requests })).toEqual([])
    expect(
      warningsOf({
        ...header,
        totals: { ...sums, combined_tokens: { input: 41, output: 4 }, subagent_count: 2 },
        requests,
      }),
    ).toEqual([
      'totals.subagent_count says 2, the requests add up to 1; the requests are used',
      'totals.combined_tokens.input says 41, the requests add up to 40; the requests are used',
    ])
    expect(warningsOf({ ...header, totals: { parent_tokens: null }, requests })).toEqual([])
  })
})

describe('what cannot be used names the field and the cure', () => {
  const deep = Array.from({ length: 70 }).reduce<object>((inner) => ({ ...marker, requests: [inner] }), request)
  test.each([
    ['no object', 7, /^trace: .*expected object/],
    ['an array', [], /^trace: .*expected object/],
    ['no id', { ...header, id: undefined, requests: [request] }, /^id: .*; correct the trace or remove it/],
    ['no block size', { ...header, block_size: null, requests: [request] }, /^block_size: /],
    ['an unknown scope', { ...header, hash_id_scope: 'planet', requests: [request] }, /^hash_id_scope: .*local/],
    ['requests that are no list', { ...header, requests: {} }, /^requests: expected an array/],
    ['no requests', { ...header, requests: null }, /^requests: the trace has no request of its own/],
    ['only subagents', { ...header, requests: [marker] }, /^requests: the trace has no request of its own/],
    ['a length as text', { ...header, requests: [request, { ...request, in: '12' }] }, /^requests\[1\]\.in: /],
    ['no length', { ...header, requests: [{ ...request, out: null }] }, /^requests\[0\]\.out: /],
    ['a request that is no object', { ...header, requests: [null] }, /^requests\[0\]: /],
    [
      'a fraction as id',
      { ...header, requests: [{ ...request, hash_ids: [1, 2.5] }] },
      /^requests\[0\]\.hash_ids\[1\]: expected a whole number .*renumber/,
    ],
    [
      'mixed ids',
      { ...header, requests: [request, { ...request, hash_ids: ['a'] }] },
      /^requests\[1\]\.hash_ids: numbers and text are mixed/,
    ],
    [
      'a number among text ids',
      { ...header, requests: [{ ...request, hash_ids: ['a', 1] }] },
      /^requests\[0\]\.hash_ids\[1\]: /,
    ],
    [
      'an inner one',
      { ...header, requests: [request, { ...marker, requests: [{ ...request, t: null }] }] },
      /^requests\[1\]\.requests\[0\]\.t: /,
    ],
    ['bottomless nesting', { ...header, requests: [request, deep] }, /nested deeper than 64; flatten/],
  ])('%s', (_, value, message) => {
    expect(() => parse(value)).toThrow(message)
  })

  test('whatever the JSON is, it is a trace or an InvalidTrace', () => {
    const odd = fc.oneof(
      fc.jsonValue({ maxDepth: 1 }),
      fc.constantFrom(0, 1, 'a', null, [1, 2], ['a', 'b'], 'subagent'),
    )
    const names = ['t', 'type', 'in', 'out', 'hash_ids', 'requests', 'think_time', 'duration_ms', 'model', 'stop']
    const entry = fc.tuple(
      fc.constantFrom(request, marker),
      fc.dictionary(fc.constantFrom(...names), odd, { maxKeys: 2 }),
    )
    const requests = fc.array(
      entry.map(([good, change]) => ({ ...good, ...change })),
      { maxLength: 4 },
    )
    const trace = requests.chain((list) =>
      fc.constantFrom({ ...header, requests: list }, { ...header, requests: [{ ...marker, requests: list }] }),
    )
    fc.assert(
      fc.property(fc.oneof(trace, fc.jsonValue()), (value) => {
        outcomeOf(value)
      }),
      { numRuns: 500 },
    )
  })

  test('the message is free of control characters', () => {
    const trace = { ...header, hash_id_scope: '\u001b[2J', requests: [{ 'x\ny': 1 }] }
    expect(() => parse(trace)).toThrow(/^[^\p{Cc}]*$/u)
  })
})

const header = { id: 't', block_size: 16 }
const request = { t: 0, in: 20, out: 2, hash_ids: [1] }
const marker = { t: 0, type: 'subagent', requests: [] }

function parse(value: unknown, notes: Partial<ParseNotes> = {}) {
  return parseWekaTrace(value, { globalNumbers: new Map(), unknownField: () => {}, warn: () => {}, ...notes })
}

/** Rethrows anything but the error that the parser promises. */
function outcomeOf(value: unknown): 'trace' | 'invalid' {
  try {
    parse(value)
    return 'trace'
  } catch (error) {
    if (error instanceof InvalidTrace) return 'invalid'
    throw error
  }
}

function turns(...requests: unknown[]) {
  return turnsOf(parse({ ...header, requests }).root)
}

function warningsOf(value: unknown): string[] {
  const warnings: string[] = []
  parse(value, { warn: (_, message) => warnings.push(message) })
  return warnings
}
