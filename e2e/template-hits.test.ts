import { parseEngineConfig } from '@reprise/engine-sim'
import { startServer, type TemplateTokens } from '@reprise/engine-sim/http'
import { planReplay, type RequestRecord, replay } from '@reprise/replay-engine'
import { WallClock } from '@reprise/replay-engine/clock'
import { HttpTarget, probeEndpoint } from '@reprise/replay-engine/endpoint'
import { synthCorpus } from '@reprise/trace'
import { describe, expect, onTestFinished, test } from 'vitest'

/** A cache that holds everything, and steps that take no time to speak of. */
const engine = parseEngineConfig(
  JSON.stringify({
    scheduler: { numBlocks: 20_000, maxModelLen: 65_536, maxNumSeqs: 32 },
    stepTime: {
      baseMs: 0.2,
      prefillMsPerToken: 0,
      prefillMsPerMillionTokenContext: 0,
      decodeMsPerSequence: 0,
      decodeMsPerThousandContext: 0,
    },
  }),
)
const corpus = synthCorpus({ seed: 5, traces: 12, scale: 0.06, turnScale: 0.2 })
const { blockSize } = corpus
const plan = planReplay(corpus, {
  seed: 5,
  lanes: 3,
  overrides: { until: { kind: 'passes', passes: 1 }, timeScale: 0, staggerMs: 0, quiesceMs: 0 },
})

const templates: Readonly<Record<string, TemplateTokens>> = {
  none: { baseTokens: 0, perMessageTokens: 0 },
  'three before, two behind, and the three of a reply': {
    baseTokens: 0,
    perMessageTokens: 3,
    tailTokens: 2,
    openingTokens: 3,
  },
  'four before, one behind, one at the head': {
    baseTokens: 1,
    perMessageTokens: 4,
    tailTokens: 1,
    openingTokens: 4,
  },
}

describe.each(Object.entries(templates))('a chat template: %s', (_, templateTokens) => {
  test('every prompt exact, and every block of the ideal found, but the last where the filler before cannot hold the end', {
    timeout: 120_000,
  }, async () => {
    const records = await replayOn(templateTokens)
    const { tailTokens = 0, openingTokens = 0 } = templateTokens
    const endTokens = tailTokens + openingTokens
    expect(records.filter(({ outcome }) => outcome.kind !== 'ok')).toEqual([])
    expect(records.filter(({ inputTokens, plannedInputTokens }) => inputTokens !== plannedInputTokens)).toEqual([])

    const reusing = records.filter(({ turn, idealHitTokens }) => turn > 0 && idealHitTokens > 0)
    const lost = reusing.filter((record) => record.cachedTokens! < reachable(record, endTokens))
    expect(lost.map(({ id }) => id)).toEqual([])
    const whole = reusing.filter(({ cachedTokens, idealHitTokens }) => cachedTokens === idealHitTokens)
    expect(reusing.length).toBeGreaterThan(100)
    expect(whole.length / reusing.length).toBeGreaterThan(1 - (endTokens + 8) / blockSize)
    expect(hitRate(records, 'cachedTokens')).toBeLessThanOrEqual(hitRate(records, 'idealHitTokens'))
  })
})

/** Of the blocks of the ideal, one is out of reach where either prompt had to end inside its last block. */
function reachable({ trace, session, turn, idealHitTokens }: RequestRecord, endTokens: number): number {
  const { sessions } = corpus.traces.find(({ id }) => id === trace)!
  const fillers = sessions.find(({ id }) => id === session)!.turns.slice(turn - 1, turn + 1)
  const isCut = fillers.some(({ inputTokens }) => inputTokens % blockSize < endTokens)
  // A prompt that is in the cache as a whole has its last token computed anew.
  const isAll = fillers[1]!.inputTokens === idealHitTokens
  return idealHitTokens - (isCut || isAll ? blockSize : 0)
}

async function replayOn(templateTokens: TemplateTokens): Promise<RequestRecord[]> {
  const server = await startServer({ engine, port: 0, templateTokens })
  onTestFinished(() => server.close())
  const endpoint = await probeEndpoint({ url: server.url })
  expect(endpoint.notes).toEqual([])
  const clock = new WallClock()
  const target = new HttpTarget({ ...endpoint, url: server.url, clock, corpus, timeoutMs: 60_000 })
  onTestFinished(() => target.close())
  const records: RequestRecord[] = []
  await replay({ plan, corpus, clock, target, onRecord: (record) => records.push(record) })
  return records
}

function hitRate(records: readonly RequestRecord[], of: 'cachedTokens' | 'idealHitTokens'): number {
  const sum = (key: 'cachedTokens' | 'idealHitTokens' | 'inputTokens') =>
    records.reduce((total, record) => total + record[key]!, 0)
  return sum(of) / sum('inputTokens')
}
