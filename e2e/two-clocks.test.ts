import { type EngineConfig, parseEngineConfig } from '@reprise/engine-sim'
import { noTemplateTokens, startServer } from '@reprise/engine-sim/http'
import { EngineTarget } from '@reprise/engine-sim/in-process'
import { type PlannedRequest, planReplay, type RequestRecord, replay, type Target } from '@reprise/replay-engine'
import { type Clock, VirtualClock, WallClock } from '@reprise/replay-engine/clock'
import { HttpTarget, probeEndpoint } from '@reprise/replay-engine/endpoint'
import { synthCorpus } from '@reprise/trace'
import { expect, onTestFinished, test } from 'vitest'
import { simulateHeard } from '../bench/clocks/simulate-heard.ts'

type ServedRequest = Parameters<NonNullable<Parameters<typeof startServer>[0]['requestLog']>>[0]

/** Fast enough to replay in seconds, with one running sequence too few and a cache too small for what the lanes hold. */
const stepTime = {
  ...{ baseMs: 2, prefillMsPerToken: 0.004, prefillMsPerMillionTokenContext: 0 },
  ...{ decodeMsPerSequence: 0.05, decodeMsPerThousandContext: 0 },
}
const small = { numBlocks: 320, maxModelLen: 16_384 }
const vllm = engineOf({ ...small, maxNumSeqs: 2, maxNumBatchedTokens: 2_048 })
const sglang = engineOf({ ...small, engine: 'sglang', maxRunningRequests: 2, maxPrefillTokens: 2_048 })
const corpus = synthCorpus({ seed: 11, traces: 10, scale: 0.04, turnScale: 0.12 })
const plan = planReplay(corpus, {
  seed: 11,
  lanes: 5,
  overrides: {
    until: { kind: 'passes', passes: 1 },
    timeScale: 0.01,
    staggerMs: 5,
    quiesceMs: 100,
    maxContextTokens: small.maxModelLen,
  },
})

test.each([
  ['no chat template', vllm, noTemplateTokens],
  ['a chat template over HTTP', vllm, { baseTokens: 1, perMessageTokens: 3, tailTokens: 2, openingTokens: 3 }],
  ["SGLang's scheduler", sglang, noTemplateTokens],
])(
  'one plan, two clocks, %s: the same turns of the same sessions, hit rates within a point',
  {
    timeout: 120_000,
  },
  async (_, engine, templateTokens) => {
    const virtual = new VirtualClock()
    const model = new EngineTarget(virtual, engine)
    const { records: simulated, requests } = await virtual.run(() => playedOn(virtual, model))

    const log: ServedRequest[] = []
    // In vLLM's manner a request keeps the name that its client gives it.
    const requestLog = (entry: ServedRequest) => void log.push(entry)
    const server = await startServer({ engine, manner: 'vllm', port: 0, templateTokens, requestLog })
    onTestFinished(() => server.close())
    const endpoint = await probeEndpoint({ url: server.url })
    await fetch(`${server.url}/reset_prefix_cache`, { method: 'POST' })
    const wall = new WallClock()
    const options = { ...endpoint, url: server.url, clock: wall, corpus, timeoutMs: 60_000, nameRequests: true }
    const target = new HttpTarget(options)
    onTestFinished(() => target.close())
    const { records: live } = await playedOn(wall, target)

    // The plan really queues and really evicts, or the comparison would show little.
    const { cachedBlocks, evictedBlocks } = model.counts
    expect(evictedBlocks / (cachedBlocks + evictedBlocks)).toBeGreaterThan(0.1)
    expect(queuedShare(simulated)).toBeGreaterThan(0.1)

    expect(live.filter(({ outcome }) => outcome.kind !== 'ok')).toEqual([])
    expect(turnsOf(live)).toEqual(turnsOf(simulated))
    expect(Math.abs(hitRate(live) - hitRate(simulated))).toBeLessThan(0.01)
    if (templateTokens === noTemplateTokens) await expectExactAtHeardArrivals(engine, requests, log)
  },
)

/** What the server made of requests is to the bit what the engine model makes of them in process, where they come when the server heard them. */
async function expectExactAtHeardArrivals(
  engine: EngineConfig,
  requests: ReadonlyMap<string, PlannedRequest>,
  log: readonly ServedRequest[],
): Promise<void> {
  const served = log.map((entry) => ({ ...entry, id: entry.id.replace('chatcmpl-', '') }))
  const played = served.filter(({ id }) => requests.has(id))
  expect(played).toHaveLength(requests.size)
  const heard = await simulateHeard(
    engine,
    played.map(({ id, queuedMs }) => ({ request: requests.get(id)!, atMs: queuedMs })),
  )
  for (const { id, ...entry } of played) {
    const { firstTokenMs, lastTokenMs, cachedTokens } = heard.get(id)!
    expect(entry, id).toMatchObject({ firstTokenMs, lastTokenMs, cachedTokens })
  }
}

function engineOf(scheduler: object): EngineConfig {
  return parseEngineConfig(JSON.stringify({ scheduler, stepTime }))
}

async function playedOn(clock: Clock, target: Target) {
  const records: RequestRecord[] = []
  const requests = new Map<string, PlannedRequest>()
  const noting: Target = {
    send: (request, ...rest) => {
      requests.set(request.id, request)
      return target.send(request, ...rest)
    },
  }
  await replay({ plan, corpus, clock, target: noting, onRecord: (record) => records.push(record) })
  return { records, requests }
}

/** Every request: which turn of which play, in which phase, how long. */
function turnsOf(records: readonly RequestRecord[]): string[] {
  return records
    .map(({ id, trace, session, phase, inputTokens, outputTokens }) =>
      [id, trace, session, phase, inputTokens, outputTokens].join(' '),
    )
    .sort()
}

/** Share of requests whose first token took more than twice as long as the quickest of about their fresh length could: they waited. */
function queuedShare(records: readonly RequestRecord[]): number {
  const waited = records.filter(({ sentMs, firstTokenMs, inputTokens, cachedTokens }) => {
    const freshTokens = inputTokens! - cachedTokens!
    const aloneMs = Math.ceil(freshTokens / 2_048) * 2 + freshTokens * 0.004
    return firstTokenMs! - sentMs! > 2 * aloneMs + 5
  })
  return waited.length / records.length
}

function hitRate(records: readonly RequestRecord[]): number {
  const sum = (of: (record: RequestRecord) => number) => records.reduce((total, record) => total + of(record), 0)
  return sum(({ cachedTokens }) => cachedTokens!) / sum(({ inputTokens }) => inputTokens!)
}
