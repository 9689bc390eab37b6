import { expect, test } from 'vitest'
import type { CheckName } from '../result/verification.ts'
import { type Changes, finding, level, page, sides, withServer } from '../testing/verify-evidence.fixture.ts'

test.each<[CheckName, Changes, 'pass' | 'fail' | 'not-checked', RegExp]>([
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
