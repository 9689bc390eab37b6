import { describe, expect, test } from 'vitest'
import { checkSteps } from './check-steps.ts'
import { SglangPrompts } from './sglang-prompts.ts'

type Entry = Record<string, unknown>

const plan = {
  token_formula:
    'token k (k=1..n) of segment [x0,n]: x=(x0+k)>>>0; x=imul(x^(x>>>16),0x45d9f3b)>>>0; x=imul(x^(x>>>16),0x45d9f3b)>>>0; x=(x^(x>>>16))>>>0; id=256+x%4096',
  sessions: [
    {
      id: 'p',
      turns: [
        { in: 8, out: 2, segs: [[1000, 8]], outx: 2000, ie: true, max: 2 },
        { in: 12, out: 1, segs: [[1000, 8], [2000, 2], [3000, 2]], outx: 4000, ie: true, max: 1 }, // biome-ignore format: one turn, one line
      ],
    },
    { id: 'q', turns: [{ in: 6, out: 3, segs: [[1000, 4], [5000, 2]], outx: 6000, ie: false, max: 6 }] }, // biome-ignore format: one turn, one line
  ],
}

const cfg = {
  sglang: '0.5.23',
  kv_tokens: 30,
  available_at_start: 30,
  page_size: 1,
  chunked_prefill_size: 10,
  max_prefill_tokens: 100,
  max_running_requests: 4,
  schedule_policy: 'fcfs',
  overlap: false,
  mixed_chunk: false,
  radix: true,
  eviction: 'lru',
  init_new_token_ratio: 0.5,
  min_new_token_ratio: 0.1,
  ratio_decay: 0.1,
  max_req_len: 29,
  prefill_max_requests: null,
  step_time: { a: 1000, b: 10, c: 100, d: 5 },
}

/**
 * Worked by hand. `q.0` is cut at the budget of 10; its first chunk is in the tree already, and so are two of the tokens of its second, as
 * parts of `p.0`: they are freed. `q.0` ends early, by its text. `p.1` finds what `p.0` left: its prompt, and one of two output tokens.
 */
const log: readonly string[] = [
  JSON.stringify({ cfg }),
  '{"add":"p.0","due":0,"t":0}',
  '{"add":"q.0","due":0,"t":0}',
  '{"s":1,"t":0,"k":"E","run":[["p.0",8,0,1],["q.0",2,0,3]],"R":0,"W":0,"av":20,"ev":0,"ratio":0.5,"dt":1302}',
  '{"s":2,"t":1302,"k":"E","run":[["q.0",4,2,0]],"R":1,"W":0,"av":18,"ev":0,"ratio":0.5,"dt":1141}',
  '{"s":3,"t":2443,"k":"D","run":["p.0","q.0"],"R":2,"W":0,"av":18,"ev":0,"ratio":0.4,"dt":1203}',
  '{"s":4,"t":3646,"k":"D","run":["q.0"],"R":1,"W":0,"av":17,"ev":5,"ratio":0.3,"dt":1101}',
  '{"add":"p.1","due":4000,"t":4747}',
  '{"s":5,"t":4747,"k":"E","run":[["p.1",3,9,1]],"R":0,"W":0,"av":14,"ev":4,"ratio":0.3,"dt":1132}',
]

const check = (lines: readonly string[], of: unknown = plan) =>
  checkSteps(of, lines, { plan: 'p.json', steps: 's.jsonl' })

describe('a log of SGLang made by hand', () => {
  test('is predicted to the byte', () => {
    const result = check(log)
    expect(result).toMatchObject({ steps: 5, mismatches: 0, differences: [] })
    expect(result.predicted).toEqual(log)
  })

  test('nothing is needed but configuration and arrivals', () => {
    const blank = log.map((line) => {
      const entry = JSON.parse(line) as Entry
      return 's' in entry ? JSON.stringify({ s: entry.s }) : line
    })
    expect(check(blank).predicted).toEqual(log)
  })

  test.each([
    ['t', 3647],
    ['k', 'E'],
    ['run', ['p.0']],
    ['R', 2],
    ['W', 1],
    ['av', 18],
    ['ev', 4],
    ['ratio', 0.4],
    ['dt', 1102],
    ['x', 3],
    ['ret', [['q.0', 1]]],
  ])('%s altered in one place is one mismatch', (field, value) => {
    const altered = log.with(6, JSON.stringify({ ...(JSON.parse(log[6]!) as Entry), [field]: value }))
    expect(check(altered)).toMatchObject({ mismatches: 1, differences: [{ step: 4, field }] })
  })

  test('an engine that was idle begins at the arrival, and reserves as at the start', () => {
    const later = log.map((line) => line.replace('"t":4747', '"t":9000'))
    const idle = [...later.slice(0, 7), '{"idle":4747}', ...later.slice(7)].map((line) =>
      line.startsWith('{"s":5') ? line.replace('"ratio":0.3', '"ratio":0.5') : line,
    )
    expect(check(idle).mismatches).toBe(0)
  })

  test('where steps overlap, the engine is idle one round after it took its last result', () => {
    const overlapping = [
      JSON.stringify({ cfg: { ...cfg, overlap: true } }),
      log[1]!,
      '{"s":1,"t":0,"k":"E","run":[["p.0",8,0,1]],"R":0,"W":0,"av":22,"ev":0,"ratio":0.5,"dt":1181,"t0":0}',
      '{"s":2,"t":0,"k":"D","run":["p.0"],"R":1,"W":0,"av":21,"ev":0,"ratio":0.4,"dt":1101,"t0":1181}',
      '{"add":"q.0","due":4000,"t":4000}',
      '{"s":3,"t":4000,"k":"E","run":[["q.0",2,4,1]],"R":0,"W":0,"av":19,"ev":5,"ratio":0.5,"dt":1121,"t0":4000}',
    ]
    expect(check(overlapping).predicted).toEqual(overlapping)
  })

  /** `q.0` is given up while it runs: it gets the second of its tokens, and its prompt and the first are kept, three tokens that `p.0` has not. */
  test('a request that is given up', () => {
    const abort = '{"abort":"q.0","due":2000,"t":2443}'
    const given = [
      ...log.slice(0, 5),
      abort,
      log[5]!,
      '{"add":"p.1","due":4000,"t":4000}',
      '{"s":4,"t":4000,"k":"E","run":[["p.1",3,9,1]],"R":0,"W":0,"av":15,"ev":3,"ratio":0.5,"dt":1132}',
    ]
    expect(check(given).predicted).toEqual(given)
    expect(check(given.filter((line) => line !== abort)).mismatches).toBeGreaterThan(0)
    expect(() => check([log[0]!, abort])).toThrow(/s\.jsonl:2: request q\.0 is given up and was not added/)
  })
})

test('a plan may say what a request is worth, by which the cache may evict', () => {
  const [session] = plan.sessions
  const worth = { ...plan, sessions: [{ ...session, turns: [{ ...session!.turns[0], priority: 3 }] }] }
  expect(new SglangPrompts(worth, 1, 'p.json').request('p.0')).toMatchObject({ priority: 3 })
  expect(new SglangPrompts(plan, 1, 'p.json').request('p.0')).toMatchObject({ priority: 0 })
})

describe('what it refuses', () => {
  test.each<[Entry, RegExp]>([
    [{ sglang: '0.5.20' }, /cfg\.sglang = 0\.5\.20 is not supported: the rules are those of 0\.5\.22 and 0\.5\.23/],
    [{ schedule_policy: 'dfs-weight' }, /cfg\.schedule_policy = dfs-weight is not supported: only "fcfs" and "lpm"/],
    [{ eviction: 'whale' }, /cfg\.eviction = whale is not supported: only lru, mru, fifo/],
    [{ prefill_max_requests: 3 }, /cfg\.prefill_max_requests = 3 is not supported/],
    [{ available_at_start: 20 }, /cfg\.available_at_start = 20 is not supported: only an idle engine is \(30 free/],
    [{ req_rows: 9 }, /cfg\.req_rows = 9 is not supported/],
    [{ extra: { hicache: true } }, /cfg\.extra = .*hicache.* is not supported/],
    [{ speculative_algorithm: 'EAGLE' }, /cfg\.speculative_algorithm = EAGLE is not supported: the setting is unknown/],
  ])('%j', (changes, message) => {
    const lines = [JSON.stringify({ cfg: { ...cfg, ...changes } }), ...log.slice(1)]
    expect(() => check(lines)).toThrow(message)
    expect(() => check(lines)).toThrow(
      expect.objectContaining({ name: 'UnsupportedEngineConfig', key: Object.keys(changes)[0] }),
    )
  })

  test.each<[string, readonly string[], unknown, RegExp]>([
    [
      'a setting of the wrong type',
      [JSON.stringify({ cfg: { ...cfg, overlap: 'no' } })],
      plan,
      /s\.jsonl:1: cfg\.overlap: /,
    ],
    ['a setting that is missing', ['{"cfg":{"sglang":"0.5.23"}}'], plan, /s\.jsonl:1: cfg\.kv_tokens: /],
    ['an unknown request', [log[0]!, '{"add":"z.9","t":0}'], plan, /s\.jsonl:2: the plan has no request z\.9/],
    ['a plan of vLLM', log, { block_size: 4, sessions: [] }, /^p\.json: token_formula: /],
    ['another formula', log, { ...plan, token_formula: 'x=7' }, /^p\.json: token_formula is not known here: x=7/],
    [
      'a prompt that does not fit',
      [JSON.stringify({ cfg: { ...cfg, max_req_len: 9 } }), log[1]!],
      plan,
      /s\.jsonl:2: request p\.0 has 8 input tokens and the engine takes 7/,
    ],
  ])('%s', (_, lines, of, message) => {
    expect(() => check(lines, of)).toThrow(message)
    expect(() => check(lines, of)).toThrow(expect.objectContaining({ name: 'StepLogError' }))
  })
})
