import { describe, expect, test } from 'vitest'
import { checkSteps } from './check-steps.ts'
import { handCfg, handLog, handPlan } from './step-log.fixture.ts'

type Entry = Record<string, unknown>

/** The log with one line changed. */
function withLine(line: number, change: (entry: Entry) => Entry): string[] {
  return handLog.map((text, at) => (at + 1 === line ? JSON.stringify(change(JSON.parse(text) as Entry)) : text))
}

const check = (lines: readonly string[], plan: unknown = handPlan) =>
  checkSteps(plan, lines, { plan: 'p.json', steps: 's.jsonl' })

describe('a log made by hand', () => {
  test('is predicted exactly', () => {
    expect(check(handLog)).toMatchObject({ steps: 5, mismatches: 0, differences: [] })
  })

  test('the prediction has the form of the log', () => {
    const predicted = check(handLog).predicted.map((line) => JSON.parse(line) as Entry)
    const expected = handLog.map((line) => JSON.parse(line) as Entry)
    // The instant of a preemption inside its step is not predicted; the step's stands for it.
    expected[4]!.t = 0.3
    expect(predicted).toEqual(expected)
  })

  test.each<[string, number, (entry: Entry) => Entry]>([
    ['tokens', 4, (entry) => ({ ...entry, run: [['p.0', 7, 0, 1], (entry.run as unknown[])[1]] })],
    ['a request id', 7, (entry) => ({ ...entry, run: [['p.0', 5, 4]] })],
    ['computed tokens', 7, (entry) => ({ ...entry, run: [['q.0', 5, 0]] })],
    ['the mark of a new request', 7, (entry) => ({ ...entry, run: [['q.0', 5, 4, 1]] })],
    ['running', 6, (entry) => ({ ...entry, R: 2 })],
    ['waiting', 6, (entry) => ({ ...entry, W: 0 })],
    ['free', 10, (entry) => ({ ...entry, free: 2 })],
    ['who was preempted', 5, (entry) => ({ ...entry, preempt: 'p.0' })],
    ['computed of the preempted', 5, (entry) => ({ ...entry, computed: 9 })],
    ['output of the preempted', 5, (entry) => ({ ...entry, out: 2 })],
    ['free blocks at the preemption', 5, (entry) => ({ ...entry, free: 1 })],
    ['free, taken away', 10, ({ free: _, ...entry }) => entry],
  ])('%s altered in one place is one mismatch', (_, line, change) => {
    const result = check(withLine(line, change))
    expect(result.mismatches).toBe(1)
    expect(result.differences).toHaveLength(1)
    expect(result.predicted).toEqual(check(handLog).predicted)
  })

  test.each([
    ['null', null],
    ['empty', []],
    ['missing', undefined],
  ])('what the engine decided may be %s: the prediction is the same', (_, blank) => {
    const blanked = handLog.map((line) => {
      const entry = JSON.parse(line) as Entry
      for (const field of ['run', 'R', 'W', 'free', 'preempt', 'computed', 'out'])
        if (field in entry) entry[field] = blank
      return JSON.stringify(entry)
    })
    expect(check(blanked).predicted).toEqual(check(handLog).predicted)
    expect(check(handLog.filter((line) => !line.includes('preempt'))).predicted).toEqual(check(handLog).predicted)
  })

  test('the arrivals and the step boundaries do count', () => {
    const later = [...handLog.slice(0, 2), handLog[3]!, handLog[2]!, ...handLog.slice(4)]
    expect(check(later).mismatches).toBeGreaterThan(2)
  })

  test('a budget that was logged as null is the batch size', () => {
    const cfg = JSON.stringify({ cfg: { ...handCfg, max_num_scheduled_tokens: null } })
    expect(check([cfg, ...handLog.slice(1)])).toMatchObject({ steps: 5, mismatches: 0 })
  })

  test('blocks of another size than the plan has are keyed by their tokens', () => {
    const cfg = { ...handCfg, block_size: 2, num_blocks: 9, free_blocks_at_start: 8 }
    const log = [
      JSON.stringify({ cfg }),
      '{"add":"q.0","t":0}',
      '{"s":1,"t":0,"run":[["q.0",8,0,1]],"R":1,"W":0,"free":4,"e":0.01}',
      '{"add":"q.1","t":0}',
      // 9 tokens: the 4 blocks of `q.0` are hit.
      '{"s":2,"t":0,"run":[["q.0",1,8],["q.1",1,8,1]],"R":2,"W":0,"free":2,"e":0.01}',
    ]
    expect(check(log)).toMatchObject({ mismatches: 0 })
    const wide = { ...handCfg, block_size: 8, max_model_len: 32 }
    const wideLog = [
      JSON.stringify({ cfg: wide }),
      ...log.slice(1, 4),
      '{"s":2,"t":0,"run":[["q.0",1,8],["q.1",1,8,1]],"R":2,"W":0,"free":1,"e":0}',
    ]
    expect(check(wideLog).differences.map(({ step, field }) => `${step} ${field}`)).toEqual(['1 free'])
  })
})

describe('a log whose steps overlap', () => {
  /** As it is written: a step when its output was taken, after the next one was planned and a request had come. */
  const overlapping = [
    JSON.stringify({ cfg: { ...handCfg, async_scheduling: true } }),
    '{"add":"p.0","t":0.1}',
    '{"add":"q.0","t":0.25}',
    '{"s":1,"t":0.1,"run":[["p.0",8,0,1]],"R":1,"W":0,"free":2,"e":0.2,"u":7.3}',
    '{"s":2,"t":0.2,"run":[["p.0",1,8]],"R":1,"W":0,"free":1,"e":0.3,"u":7.5}',
    // 1 block is free and 2 are needed: `q.0` waits for the end of `p.0`, which is known when its output is taken.
    '{"s":3,"t":0.6,"run":[["q.0",8,0,1]],"R":1,"W":0,"free":2,"e":0.1,"u":7.7}',
  ]

  test('is predicted in the order in which it happened', () => {
    const result = check(overlapping)
    expect(result).toMatchObject({ steps: 3, mismatches: 0, differences: [] })
    expect(result.predicted.map((line) => Object.keys(JSON.parse(line))[0])).toEqual([
      'cfg',
      'add',
      's',
      's',
      'add',
      's',
    ])
  })

  test('several that lose their blocks in one step are in the order in which they did, and belong to no step where nothing is left to compute', () => {
    const preempt = (id: string, t: number) => JSON.stringify({ preempt: id, computed: 1, out: 0, free: 0, t })
    const lines = [...overlapping.slice(0, 4), preempt('p.0', 0.25), preempt('q.0', 0.25), '{"idle":true,"t":0.25}']
    const { differences } = check([...lines, ...overlapping.slice(4)])
    expect(differences[0]).toMatchObject({ line: 7, field: 'preempt' })
    expect(differences[0]!.logged).toMatch(/p\.0.*q\.0/)
  })

  test('wants its instants', () => {
    const { t: _, ...without } = JSON.parse(overlapping[3]!) as Entry
    expect(() => check(overlapping.with(3, JSON.stringify(without)))).toThrow(/s\.jsonl:4: no "t"; where steps overlap/)
  })
})

describe('a request that is given up', () => {
  const given = [
    JSON.stringify({ cfg: handCfg }),
    '{"add":"p.0","t":0}',
    '{"s":1,"t":0,"run":[["p.0",8,0,1]],"R":1,"W":0,"free":2,"e":0.5}',
    '{"abort":"p.0","t":0.4}',
    '{"add":"q.0","t":0.5}',
    '{"s":2,"t":0.5,"run":[["q.0",8,0,1]],"R":1,"W":0,"free":2,"e":0.5}',
  ]

  test('is taken out before the step under way brings something, and its blocks are free', () => {
    expect(check(given)).toMatchObject({ steps: 2, mismatches: 0 })
    expect(check(given).predicted[3]).toBe(given[3])
    expect(check(given.filter((line) => !line.includes('abort'))).mismatches).toBe(1)
  })

  test('was added before', () => {
    expect(() => check([given[0]!, '{"abort":"p.0"}'])).toThrow(
      /s\.jsonl:2: request p\.0 is given up and was not added/,
    )
    expect(() => check([given[0]!, '{"abort":7}'])).toThrow(/s\.jsonl:2: abort is 7; write a request id/)
  })
})

describe('a log with drafts', () => {
  const cfg = { ...handCfg, num_speculative_tokens: 2, num_blocks: 9, free_blocks_at_start: 8 }
  // Room for 8 tokens and 2 drafts: 3 blocks. Then a token and 2 drafts are verified, with room for 2 more, and its 3 tokens are there.
  const log = [
    JSON.stringify({ cfg }),
    '{"add":"q.0","t":0}',
    '{"s":1,"t":0,"run":[["q.0",8,0,1]],"R":1,"W":0,"free":5,"e":0.1,"accepted":{}}',
    '{"s":2,"t":0.1,"run":[["q.0",3,8]],"R":1,"W":0,"free":4,"e":0.1,"accepted":{"q.0":2}}',
    '{"add":"q.1","t":0.2}',
    // The key of the second block covers the token behind it, which is another one here: the first block alone is found.
    '{"s":3,"t":0.2,"run":[["q.1",5,4,1]],"R":1,"W":0,"free":5,"e":0.1,"accepted":{}}',
  ]
  const with3 = (accepted: unknown) => log.with(3, JSON.stringify({ ...(JSON.parse(log[3]!) as Entry), accepted }))

  test('is predicted with what it says was accepted', () => {
    expect(check(log)).toMatchObject({ steps: 3, mismatches: 0 })
    expect(check(log).predicted.slice(1)).toEqual(log.slice(1))
    // With none accepted it has not ended, and the next step goes on with it.
    expect(check(with3({})).differences.map(({ step, field }) => `${step} ${field}`)).toContain('3 run')
  })

  test.each([
    ['nothing of it', undefined, /s\.jsonl:4: accepted is undefined; write how many drafts/],
    ['a fraction', { 'q.0': 0.5 }, /s\.jsonl:4: accepted is/],
    ['more than there are', { 'q.0': 3 }, /s\.jsonl:4: q\.0 has 3 drafts accepted of 2/],
  ])('says %s', (_, accepted, message) => {
    expect(() => check(with3(accepted))).toThrow(message)
  })
})

describe('what it refuses', () => {
  const cfgLine = (changes: Entry) => [JSON.stringify({ cfg: { ...handCfg, ...changes } }), ...handLog.slice(1)]

  test.each<[Entry, RegExp]>([
    [{ policy: 'random' }, /cfg\.policy = random is not supported: only "fcfs" and "priority" are/],
    [{ async_scheduling: 'on' }, /cfg\.async_scheduling = on is not supported: only true and false are/],
    [{ speculative_method: 'ngram' }, /cfg\.speculative_method = ngram is not supported: only the heads "eagle"/],
    [{ num_lookahead_slots: 3 }, /cfg\.num_lookahead_slots = 3 is not supported: the setting is unknown/],
    [
      { enable_chunked_prefill: false },
      /cfg\.enable_chunked_prefill = false is not supported: chunked is another name/,
    ],
    [{ free_blocks_at_start: 3 }, /cfg\.free_blocks_at_start = 3 is not supported/],
    [{ hash_algo: 'md5' }, /cfg\.hash_algo = md5/],
  ])('%j', (changes, message) => {
    expect(() => check(cfgLine(changes))).toThrow(message)
    expect(() => check(cfgLine(changes))).toThrow(
      expect.objectContaining({ name: 'UnsupportedEngineConfig', key: Object.keys(changes)[0] }),
    )
  })

  test.each<[string, readonly string[], RegExp]>([
    [
      'a setting of the wrong type',
      cfgLine({ chunked: 'yes' }),
      /s\.jsonl:1: cfg\.chunked is yes; write true or false/,
    ],
    [
      'a setting that is missing',
      ['{"cfg":{"num_blocks":5}}'],
      /s\.jsonl:1: cfg has no "max_num_batched_tokens"; write a whole number/,
    ],
    [
      'half a line',
      [...handLog.slice(0, 4), handLog[4]!.slice(0, 20)],
      /s\.jsonl:5: not JSON: .*; write one JSON object a line/,
    ],
    ['a line of another kind', [handLog[0]!, '{"drop":"p.0"}'], /s\.jsonl:2: a line with "drop" is not known/],
    ['a list', [handLog[0]!, '[1]'], /s\.jsonl:2: \[1\] is not an object/],
    ['an unknown request', [handLog[0]!, '{"add":"z.9","t":0}'], /s\.jsonl:2: the plan has no request z\.9/],
    ['a step before the configuration', handLog.slice(1), /s\.jsonl:1: comes before the configuration/],
    ['nothing', [], /s\.jsonl: empty/],
    ['a request added twice', [handLog[0]!, handLog[1]!, handLog[1]!], /s\.jsonl:3: request p\.0 was added before/],
    ['two configurations', [handLog[0]!, handLog[0]!], /s\.jsonl:2: a second cfg/],
    [
      'a prompt beyond the context',
      cfgLine({ max_model_len: 8 }),
      /s\.jsonl:2: request p\.0 has 8 input tokens and cfg\.max_model_len is 8/,
    ],
  ])('%s', (_, lines, message) => {
    expect(() => check(lines)).toThrow(message)
    expect(() => check(lines)).toThrow(expect.objectContaining({ name: 'StepLogError' }))
  })

  test.each<[string, unknown, RegExp]>([
    ['a plan without sessions', { block_size: 4 }, /^p\.json: sessions: /],
    [
      'a plan whose tokens cannot be made',
      { ...handPlan, token_formula: 'x=7' },
      /^p\.json: token_formula is not known here: x=7/,
    ],
  ])('%s', (_, plan, message) => {
    expect(() => check(handLog, plan)).toThrow(message)
  })

  test('control characters of a file do not reach the message, and long text is cut', () => {
    expect(() => check([`\u001b[31m${'x'.repeat(500)}`])).toThrow(/^\P{Cc}{1,200}$/u)
  })
})
