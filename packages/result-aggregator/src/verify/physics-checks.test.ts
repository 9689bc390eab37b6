import { describe, expect, test } from 'vitest'
import type { Result } from '../result/result.ts'
import type { CheckName } from '../result/verification.ts'
import { runHeader } from '../testing/run.fixture.ts'
import {
  type Changes,
  finding,
  load,
  mostly,
  paced,
  records,
  shifted,
  withPower,
} from '../testing/verify-evidence.fixture.ts'
import { datesFinding } from './checks/dates.ts'
import { textFinding } from './checks/text.ts'

test.each<[CheckName, Changes, 'pass' | 'fail' | 'not-checked', RegExp]>([
  ['think-times', {}, 'pass', /^20 requests were due when their think times had passed, half of them within 0\.1 ms$/],
  // Spare 5 ms, and the 3 ms by which the client's loop was late.
  ['think-times', { waitsMs: mostly(7.9) }, 'pass', /within 7\.9 ms/],
  [
    'think-times',
    { waitsMs: mostly(8.1) },
    'fail',
    /more than 8\.1 ms after .* \(limit 8 ms, by how late the client was\)/,
  ],
  ['think-times', { waitsMs: mostly(900).slice(1) }, 'not-checked', /^19 requests waited .* 20 are needed/],
  ['think-times', { waitsMs: [] }, 'not-checked', /no request waited/],
  [
    'think-times',
    {
      waitsMs: [0.1, 0.1],
      run: { target: { kind: 'in-process', simulated: true, clock: 'virtual' }, ended: undefined },
    },
    'fail',
    /limit/,
  ],

  ['repeats', {}, 'pass', /^120 replies, all but 0/],
  [
    'repeats',
    { records: [...records, ...records.slice(0, 2).map((each) => shifted(each, 0.25))] },
    'fail',
    /^2 of 122 replies \(1\.6 %\) have the latencies of another one/,
  ],
  ['repeats', { records: [...records, shifted(records[0]!, 0.25)] }, 'pass', /all but 1 with/],
  ['repeats', { records: records.slice(0, 19) }, 'not-checked', /19 replies took long enough/],

  // 120 replies of 600.595 ms in 120 s: 0.600595 in flight, and nothing cut at the edges but a connection's rest of 0 ms.
  ['littles-law', {}, 'pass', /^0\.601 requests were in flight on average, and rate times mean latency is 0\.601/],
  [
    'littles-law',
    { saved: ({ metrics }) => ({ metrics: { ...metrics, e2e: { ...metrics.e2e!, mean: 590 } } }) },
    'fail',
    /is 0\.59, further apart than the edges/,
  ],
  [
    'littles-law',
    { saved: ({ throughput }) => ({ throughput: { ...throughput!, requestsPerS: 1.1 } }) },
    'fail',
    /is 0\.661, further/,
  ],
  ['littles-law', { built: ({ metrics: { e2e: _, ...metrics } }) => ({ metrics }) }, 'not-checked', /no mean latency/],

  ['reply-sizes', {}, 'pass', /^120 replies have 4\.00 bytes of text for each token$/],
  [
    'reply-sizes',
    { records: records.map((each) => ({ ...each, payloadBytes: 10 })) },
    'fail',
    /^120 replies have fewer bytes of text than chunks .* 0\.0\.0\.0$/,
  ],
  [
    'reply-sizes',
    { records: records.map((each) => ({ ...each, payloadBytes: 363 })) },
    'fail',
    /33\.0 bytes .* no text has more than 32/,
  ],
  [
    'reply-sizes',
    { records: records.map((each) => ({ ...each, outputTokens: 90, plannedOutputTokens: 90 })) },
    'not-checked',
    /more than it showed/,
  ],

  // Ten tokens in 500 ms: 20 tokens/s. 37e9 half bytes over 64e12 bytes/s are 0.289 ms a step, and eight tokens of it 27,676.
  [
    'stream-speed',
    {},
    'pass',
    /^half of the replies came with 20 tokens\/s or more; the memory of 8 b200 allows 27676 where/,
  ],
  [
    'stream-speed',
    paced(0.19),
    'fail',
    /with 5263 tokens\/s or more, and nobody has shown a fifth of 5000 with 37 billion/,
  ],
  [
    'stream-speed',
    { ...paced(0.19), run: { identity: { model: 'acme/model-7b' } } },
    'pass',
    /below 20000: hardware, its number or the size/,
  ],
  [
    'stream-speed',
    { ...paced(0.049), run: { identity: { model: 'acme/model-7b' } } },
    'fail',
    /nothing generates more than 20000/,
  ],
  // 8e9 half bytes over 1.792e12 bytes/s: 2.232 ms a step, 3,584 tokens/s.
  [
    'stream-speed',
    { ...paced(0.27), run: { identity: { model: 'meta-llama/Llama-3.1-8B', hardware: 'rtx6000pro', gpus: 1 } } },
    'fail',
    /the memory of 1 rtx6000pro allows 3584/,
  ],
  [
    'stream-speed',
    { run: { target: { kind: 'http', simulated: true, clock: 'wall' } } },
    'not-checked',
    /model of an engine/,
  ],

  // 360 fresh prompt tokens and 11 of output a second, on eight.
  ['fleet-speed', {}, 'pass', /^each of 8 accelerators computed 46 tokens\/s; the arithmetic of b200 allows 243243/],
  [
    'fleet-speed',
    { built: ({ throughput }) => ({ throughput: { ...throughput!, freshInput: 2e6 } }) },
    'fail',
    /computed 250001 tokens\/s, and the arithmetic/,
  ],
  [
    'fleet-speed',
    {
      run: { identity: { model: 'acme/model-7b', gpus: 1 } },
      built: ({ throughput }) => ({ throughput: { ...throughput!, output: 2e8 } }),
    },
    'fail',
    /and none computes more than 100000000/,
  ],
  ['fleet-speed', { run: { identity: { model: 'acme/model-7b' } } }, 'not-checked', /--gpus/],

  ['energy', {}, 'not-checked', /no meter/],
  ['energy', withPower({ meanPerDeviceW: 800 }), 'pass', /^8 accelerators drew 800 W each, of at most 1100$/],
  ['energy', withPower({ meanPerDeviceW: 1_150 }), 'fail', /drew 1150 W each, and one may draw 1100/],
  ['energy', withPower({ meanPerDeviceW: 0 }), 'fail', /less than they need to be on/],
  ['energy', withPower({ problems: ['3 s passed between two readings'] }), 'not-checked', /not covered \(3 s passed/],
  // 18e15 operations at 1,000 W, four times as well: 7.2e13 a joule; 8 times 50 W of it are 2.88e16, for 7.4e10 a token.
  [
    'energy',
    {
      built: ({ throughput }) => ({
        ...withPower({ meanPerDeviceW: 50 }).built!({} as Result),
        throughput: { ...throughput!, output: 4e5 },
      }),
    },
    'fail',
    /too little for 400360 tokens\/s with 37 billion parameters \(at most 389189\)/,
  ],

  [
    'cache-ceiling',
    {},
    'pass',
    /^64 % of prompt tokens are said to be cached, and a cache without limit had held 70\.4 %$/,
  ],
  [
    'cache-ceiling',
    { records: records.map((each) => ({ ...each, cachedTokens: 720 })) },
    'fail',
    /^72 % .* the cache was not empty/,
  ],
  [
    'cache-ceiling',
    {
      records: records.map((each) => ({ ...each, cachedTokens: 720 })),
      run: { target: { kind: 'http', simulated: false, clock: 'wall', prefixCache: 'kept' } },
    },
    'not-checked',
    /cache was kept/,
  ],
])('%s', (name, changes, outcome, says) => {
  expect(finding(name, changes)).toMatchObject({ outcome, says: expect.stringMatching(says) })
})

describe('what the header says', () => {
  const now = Date.parse('2026-11-28T00:00:00Z')
  test.each([
    ['2026-11-27T10:00:00.000Z', 'pass'],
    ['2026-11-28T20:00:00.000Z', 'pass'],
    ['2026-12-24T00:00:00.000Z', 'fail'],
    ['1970-01-01T00:00:00.000Z', 'fail'],
    ['yesterday', 'fail'],
    [undefined, 'not-checked'],
  ])('began at %s: %s', (startedAt, outcome) => {
    const run = { ...runHeader(load), ...(startedAt !== undefined && { startedAt }) }
    expect(datesFinding({ run }, now).outcome).toBe(outcome)
  })

  test.each([
    ['b200', 'pass'],
    ['B200 NVL72 / größer', 'pass'],
    ['b200\u0007', 'fail'],
    ['b200\u200b', 'fail'],
    ['\u202e002b', 'fail'],
    ['b200\nMI355X', 'fail'],
  ])('is called %j: %s', (hardware, outcome) => {
    expect(textFinding(runHeader(load, { identity: { model: 'm', hardware } })).outcome).toBe(outcome)
  })

  test('keys count as well', () => {
    const topology = { 'tp\u001b[2J': 8 }
    expect(textFinding(runHeader(load, { identity: { model: 'm', topology } }))).toMatchObject({
      outcome: 'fail',
      says: expect.stringContaining('identity.topology (a key)'),
    })
  })
})
