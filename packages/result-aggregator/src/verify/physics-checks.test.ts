import { describe, expect, test } from 'vitest'
import { RunMeasure } from '../measure/run-measure.ts'
import type { Power } from '../result/power.ts'
import type { Result } from '../result/result.ts'
import type { RunFile } from '../result/run-header.ts'
import type { ServerSide } from '../result/server-side.ts'
import type { CheckName } from '../result/verification.ts'
import { calmClient, lanesLoad, okRecord, runHeader } from '../testing/run.fixture.ts'
import { datesFinding } from './checks/dates.ts'
import { textFinding } from './checks/text.ts'
import { RecordWitness } from './evidence/record-witness.ts'
import type { VerifyEvidence } from './evidence/verify-evidence.ts'
import { physicsChecks } from './physics-checks.ts'

/** 120 requests, 100 ms to the first token and 500 ms from there, one after the other for 120 s. */
const records = Array.from({ length: 120 }, (_, i) => {
  const sentMs = 1_000 * i + 100
  const at = (ms: number) => sentMs + ms + i / 100
  return okRecord({
    id: `0.0.0.${i}`,
    turn: i,
    dueMs: sentMs,
    sentMs,
    firstTokenMs: at(100),
    firstAnswerMs: at(100),
    lastTokenMs: at(600),
    doneMs: at(600),
    payloadBytes: 44,
  })
})
const load = lanesLoad({ lanes: 1, until: { kind: 'window', durationMs: 120_000 } })
const phases = [{ phase: 'profiling' as const, startMs: 0, endMs: 120_000 }]

interface Changes {
  readonly run?: Partial<RunFile>
  readonly built?: (result: Result) => Partial<Result>
  readonly saved?: (result: Result) => Partial<Result>
  readonly records?: typeof records
  readonly waitsMs?: readonly number[]
}

function evidence({ run, built, saved, records: told = records, waitsMs = [0.1, 0.2, 0.1] }: Changes): VerifyEvidence {
  const header: RunFile = {
    ...runHeader(load, { identity: { model: 'deepseek-ai/DeepSeek-R1-0528', hardware: 'b200', gpus: 8 } }),
    ended: { reason: 'window', clientHealth: calmClient, records: {} as never },
    ...run,
  }
  const measure = new RunMeasure({ header, phases })
  const witness = new RecordWitness({ load, phases })
  for (const record of told) {
    measure.add(record)
    witness.add(record)
  }
  for (const ms of waitsMs) witness.onWait(ms)
  const result = measure.result({ ended: 'window', health: calmClient })
  const all = { ...result, ...built?.(result) }
  return { run: header, built: all, seen: witness.seen(), ...(saved && { saved: { ...all, ...saved(all) } }) }
}

const finding = (name: CheckName, changes: Changes = {}) => physicsChecks[name]!(evidence(changes))
const withPower = (power: Partial<Power>): Changes => ({
  built: () => ({ power: { meter: 'nvidia-smi', devices: 8, samples: 900, ...power } }),
})
const page: ServerSide['sources'][number] = {
  url: 'http://h/metrics',
  found: 'endpoint',
  engine: 'vllm',
  samples: 9,
  series: 5,
}
const withServer = (server: Partial<ServerSide>): Changes => ({
  built: () => ({ server: { sources: [page], intervalMs: 1_000, windowMs: 120_000, coveredShare: 1, ...server } }),
})
const level = (mean: number) => ({ mean, p90: mean, max: mean })
const sides = (clientMs: number, serverMs: number) => ({
  ...{ clientMs, serverMs, clientN: 120, serverN: 120 },
  outsideMs: clientMs - serverMs,
})

test.each<[CheckName, Changes, 'pass' | 'fail' | 'not-checked', RegExp]>([
  ['think-times', {}, 'pass', /^3 requests were due when their think times had passed, half of them within 0\.1 ms$/],
  // Spare 5 ms, and the 3 ms by which the client's loop was late.
  ['think-times', { waitsMs: [7.9, 7.9, 900] }, 'pass', /within 7\.9 ms/],
  [
    'think-times',
    { waitsMs: [8.1, 8.1, 0] },
    'fail',
    /more than 8\.1 ms after .* \(limit 8 ms, by how late the client was\)/,
  ],
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
  // 8e9 half bytes over 1.8e12 bytes/s: 2.2 ms a step, 3,600 tokens/s.
  [
    'stream-speed',
    { ...paced(0.27), run: { identity: { model: 'meta-llama/Llama-3.1-8B', hardware: 'rtx6000pro', gpus: 1 } } },
    'fail',
    /the memory of 1 rtx6000pro allows 3600/,
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
  ['energy', withPower({ meanPerDeviceW: 800 }), 'pass', /^8 accelerators drew 800 W each, of at most 1320$/],
  ['energy', withPower({ meanPerDeviceW: 1_400 }), 'fail', /drew 1400 W each, and one may draw 1320/],
  ['energy', withPower({ meanPerDeviceW: 0 }), 'fail', /less than they need to be on/],
  ['energy', withPower({ problems: ['3 s passed between two readings'] }), 'not-checked', /not covered \(3 s passed/],
  // 18e15 operations at 1,200 W, four times as well: 6e13 a joule; 8 times 50 W of it are 2.4e16, for 7.4e10 a token.
  [
    'energy',
    {
      built: ({ throughput }) => ({
        ...withPower({ meanPerDeviceW: 50 }).built!({} as Result),
        throughput: { ...throughput!, output: 4e5 },
      }),
    },
    'fail',
    /too little for 400360 tokens\/s with 37 billion parameters \(at most 324324\)/,
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

  ['server-load', {}, 'not-checked', /metrics of the server were not sampled/],
  [
    'server-load',
    withServer({ running: level(0.5), waiting: level(0.1) }),
    'pass',
    /had 0\.600 requests at work on average, and the client 0\.601/,
  ],
  [
    'server-load',
    withServer({ running: level(1.5), waiting: level(0.4) }),
    'fail',
    /had 1\.90 requests .* replies took longer than they say/,
  ],
  ['server-load', withServer({ running: level(9), coveredShare: 0.9 }), 'not-checked', /do not cover/],
  [
    'server-load',
    withServer({ running: level(9), sources: [{ ...page, engine: 'dynamo' }] }),
    'not-checked',
    /not those of every engine/,
  ],
  [
    'server-load',
    withServer({ running: level(9), sources: [{ ...page, found: 'option' }] }),
    'not-checked',
    /not those of every engine/,
  ],
  [
    'server-load',
    withServer({ running: level(9), sources: [{ ...page, resets: 1 }] }),
    'not-checked',
    /counters of the server fell/,
  ],

  [
    'server-tokens',
    withServer({ finishedRequests: 120, promptTokens: 120_000, generatedTokens: 1_320 }),
    'pass',
    /counted what the client did: 120 requests, 120000 prompt tokens, 1320 output tokens/,
  ],
  [
    'server-tokens',
    withServer({ generatedTokens: 1_100 }),
    'fail',
    /counted 1100 output tokens in the window, and the client's were 1320 at least/,
  ],
  [
    'server-tokens',
    withServer({ finishedRequests: 140 }),
    'fail',
    /counted 140 requests in the window, and the client's were 120 at most/,
  ],
  ['server-tokens', withServer({ promptTokens: 140_000, preemptions: 3 }), 'pass', /140000 prompt tokens/],
  ['server-tokens', withServer({}), 'not-checked', /tells what it counted/],

  [
    'server-latency',
    withServer({ besideClient: { ttft: sides(100, 90), e2e: sides(600, 590) } }),
    'pass',
    /^mean TTFT 100 ms here, 90 ms there; mean whole latency 600 ms here, 590 ms there$/,
  ],
  [
    'server-latency',
    withServer({ besideClient: { ttft: sides(45, 90), e2e: sides(600, 590) } }),
    'fail',
    /^mean TTFT 45 ms here, 90 ms there: no reply reaches a client/,
  ],
  [
    'server-latency',
    withServer({ besideClient: { ttft: { ...sides(45, 90), outsideMs: undefined! } } }),
    'not-checked',
    /other requests/,
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

/** The same reply to another request, a while later. */
function shifted(record: (typeof records)[number], byMs: number): (typeof records)[number] {
  const { id, sentMs = 0, firstTokenMs = 0, lastTokenMs = 0, doneMs } = record
  return {
    ...{ ...record, id: `1${id.slice(1)}`, sentMs: sentMs + byMs, doneMs: doneMs + byMs },
    ...{ firstTokenMs: firstTokenMs + byMs, lastTokenMs: lastTokenMs + byMs },
  }
}

/** With another median pace, ms a token. */
function paced(p50: number): Changes {
  return { built: ({ metrics }) => ({ metrics: { ...metrics, tpot: { ...metrics.tpot!, p50 } } }) }
}
