import { EngineTarget, parseEngineConfig } from '@reprise/engine-sim'
import { noTemplateTokens, startServer } from '@reprise/engine-sim/http'
import {
  type Clock,
  type Plan,
  planReplay,
  type RequestRecord,
  replay,
  type Target,
  VirtualClock,
  WallClock,
} from '@reprise/replay-engine'
import { HttpTarget, probeEndpoint } from '@reprise/replay-engine/endpoint'
import { synthCorpus } from '@reprise/trace'
import { expect, onTestFinished, test } from 'vitest'

/** Fast enough to replay in seconds, with one running sequence too few and a cache too small for what the lanes hold. */
const engine = parseEngineConfig(
  JSON.stringify({
    scheduler: { numBlocks: 320, maxModelLen: 16_384, maxNumSeqs: 2, maxNumBatchedTokens: 2_048 },
    stepTime: {
      baseMs: 2,
      prefillMsPerToken: 0.004,
      prefillMsPerMillionTokenContext: 0,
      decodeMsPerSequence: 0.05,
      decodeMsPerThousandContext: 0,
    },
  }),
)
const corpus = synthCorpus({ seed: 11, traces: 10, scale: 0.04, turnScale: 0.12 })
const plan = planReplay(corpus, {
  seed: 11,
  lanes: 5,
  overrides: {
    until: { kind: 'passes', passes: 1 },
    timeScale: 0.01,
    staggerMs: 5,
    quiesceMs: 100,
    maxContextTokens: engine.scheduler.maxModelLen,
  },
})

test.each([
  ['no chat template', noTemplateTokens],
  ['a chat template over HTTP', { baseTokens: 1, perMessageTokens: 3, tailTokens: 2, openingTokens: 3 }],
])(
  'one plan, two clocks, %s: the same turns of the same sessions, hit rates within a point',
  {
    timeout: 120_000,
  },
  async (_, templateTokens) => {
    const virtual = new VirtualClock()
    const model = new EngineTarget(virtual, engine)
    const simulated = await virtual.run(() => recordsOf(plan, virtual, model))

    const server = await startServer({ engine, port: 0, templateTokens })
    onTestFinished(() => server.close())
    const endpoint = await probeEndpoint({ url: server.url })
    const wall = new WallClock()
    const target = new HttpTarget({ ...endpoint, url: server.url, clock: wall, corpus, timeoutMs: 60_000 })
    onTestFinished(() => target.close())
    const live = await recordsOf(plan, wall, target)

    // The plan really queues and really evicts, or the comparison would show little.
    const { cachedBlocks, evictedBlocks } = model.counts
    expect(evictedBlocks / (cachedBlocks + evictedBlocks)).toBeGreaterThan(0.1)
    expect(queuedShare(simulated)).toBeGreaterThan(0.1)

    expect(live.filter(({ outcome }) => outcome.kind !== 'ok')).toEqual([])
    expect(turnsOf(live)).toEqual(turnsOf(simulated))
    expect(Math.abs(hitRate(live) - hitRate(simulated))).toBeLessThan(0.01)
  },
)

async function recordsOf(ofPlan: Plan, clock: Clock, target: Target): Promise<RequestRecord[]> {
  const records: RequestRecord[] = []
  await replay({ plan: ofPlan, corpus, clock, target, onRecord: (record) => records.push(record) })
  return records
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
