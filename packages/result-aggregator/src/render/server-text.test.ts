import { expect, test } from 'vitest'
import type { ServerSide } from '../result/server-side.ts'
import { renderServer } from './server-text.ts'

const source = { url: 'http://gpu:8000/metrics', found: 'endpoint' as const, samples: 9, series: 4 }
const server: ServerSide = {
  sources: [source],
  intervalMs: 1_000,
  windowMs: 60_000,
  prompt: { by: 'tokens', computedTokens: 25_000, localHitTokens: 65_000, externalHitTokens: 10_000, hitRate: 0.75 },
  preemptions: 3,
  running: { mean: 4.25, p90: 7, max: 8 },
  waiting: { mean: 0, p90: 0, max: 1 },
  kvUse: { mean: 0.5, p90: 0.9, max: 0.975 },
  besideClient: { ttft: { clientMs: 120, clientN: 100, serverMs: 100.5, serverN: 101, outsideMs: 19.5, queueMs: 30 } },
}

test('what the server says, in one sentence', () => {
  expect(renderServer(server)).toEqual([
    'the server: 75.0% of prompt tokens hit (65,000 in the KV cache, 10,000 elsewhere, 25,000 computed); ' +
      'KV cache 50.0% full, at most 97.5%, 3 preemptions; 4.3 running (at most 8), 0 waiting (at most 1); ' +
      'mean TTFT 120 ms here, 101 ms there: 19.5 ms outside the server, 30 ms in its queue',
  ])
})

test('what it does not say is left out, and what failed is told', () => {
  const problems = { status: 4 } as const
  const bare = { sources: [{ ...source, samples: 0, problems, firstProblem: 'HTTP 404\u001b[31m' }], intervalMs: 1_000 }
  expect(renderServer(bare)).toEqual(['no metrics at http://gpu:8000/metrics (HTTP 404 [31m)'])
  expect(
    renderServer({
      ...bare,
      sources: [{ ...source, problems, firstProblem: 'HTTP 503', resets: 1 }],
      endedEarly: true,
    }),
  ).toEqual([
    'metrics at http://gpu:8000/metrics: 4 of 13 pages failed (HTTP 503)',
    'metrics at http://gpu:8000/metrics: the server began anew, 1 times',
    'metrics at http://gpu:8000/metrics: the sampler ended before the run',
  ])
})

test('means of other requests have no difference', () => {
  const ttft = { clientMs: 120, clientN: 100, serverMs: 100, serverN: 200 }
  expect(renderServer({ sources: [], intervalMs: 1_000, besideClient: { ttft } })).toEqual([
    'the server: mean TTFT 120 ms here, 100 ms there, of other requests (100 and 200)',
  ])
})
