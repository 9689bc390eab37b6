import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Corpus, Session } from './corpus.ts'
import { readCorpus } from './source/read-corpus.ts'
import { corpusStats, traceStats } from './stats.ts'

/** Public traces beside the repository; the self-made twins of these tests are in the files beside each function. */
const shared = fileURLToPath(new URL('../../../../shared/data/', import.meta.url))
const absent = !existsSync(shared)
if (absent) console.warn(`SKIPPED: the real traces are not at ../shared/data; real-corpus.test.ts checks nothing here`)

describe('the 355 public traces', () => {
  let corpus: Corpus
  beforeAll(async () => {
    if (!absent) corpus = (await readCorpus(`${shared}weka`)).corpus
  })

  test.skipIf(absent)('add up to the acceptance figures', () => {
    expect(corpusStats(corpus)).toEqual({
      traces: 355,
      requests: 24_649,
      subagents: 38,
      subagentRequests: 379,
      inputTokens: 3_022_968_961,
      outputTokens: 10_992_271,
      blocks: 47_221_672,
      hitBlocks: 45_495_150,
      uniqueBlocks: 1_726_522,
      hitRate: 45_495_150 / 47_221_672,
      pairs: { consecutive: 24_294, growth: 22_567, lastBlockChanged: 1017 },
    })
    expect(corpus).toMatchObject({
      blockSize: 64,
      blockScope: 'local',
      origin: { format: 'weka', subagentTimes: 'completion-relative' },
    })
  })

  test.skipIf(absent).each([
    ['trace_0504', 3, 33_739, 337, 182, 343, 1],
    ['trace_0187', 3, 35_830, 788, 220, 338, 2],
    ['trace_0242', 3, 52_760, 5027, 313, 509, 2],
    ['trace_0174', 6, 115_836, 1776, 347, 1460, 5],
    ['trace_0462', 31, 874_662, 7415, 981, 12_667, 29],
    ['trace_0054', 47, 2_721_695, 13_695, 4796, 37_708, 43],
    ['trace_0277', 9, 591_380, 7245, 1447, 7788, 8],
    ['trace_0256', 439, 41_374_855, 246_343, 19_041, 627_221, 399],
  ])('%s', (id, requests, inputTokens, outputTokens, uniqueBlocks, hitBlocks, growth) => {
    const trace = corpus.traces.find((candidate) => candidate.id === id)!
    const expected = { requests, inputTokens, outputTokens, uniqueBlocks, hitBlocks, blocks: uniqueBlocks + hitBlocks }
    expect(traceStats(trace, corpus)).toMatchObject({ ...expected, pairs: { growth } })
  })

  test.skipIf(absent)('trace_0277: three agents start together, and the parent goes on 16.65 s after the last', () => {
    const { sessions } = corpus.traces.find((candidate) => candidate.id === 'trace_0277')!
    expect(sessions.map(({ turns }) => turns.length)).toEqual([9, 4, 12, 17, 11])
    expect(sessions.slice(1, 4).map(({ launch }) => launch?.startMs)).toEqual([19_474, 19_461, 19_474])
    const join = (session: number, turn: number, delayMs: number) => ({
      on: { session, turn },
      trigger: 'completion',
      delayMs,
      relation: 'join',
    })
    const sequence = (turn: number, delayMs: number) => ({
      on: { session: 0, turn },
      trigger: 'completion',
      delayMs,
      relation: 'sequence',
    })
    expect(sessions[0]?.turns[1]?.needs).toEqual([
      sequence(0, 16_653),
      join(1, 3, 16_653),
      join(2, 11, 16_653),
      join(3, 16, 16_653),
    ])
    expect(sessions[0]?.turns[7]?.needs).toEqual([sequence(6, 39_467), join(4, 10, 39_467)])
    expect(sessions[4]?.launch).toEqual({ afterTurn: 6, startMs: 385_600, endMs: 723_533 })
  })

  test.skipIf(absent)('carrying out the sequence of a trace ends where the recording ended, to half a minute', () => {
    const drifts = corpus.traces
      .filter(({ sessions }) => sessions.length === 1)
      .map(({ sessions }) => driftMs(sessions[0]!))
    expect(drifts.length).toBe(343)
    expect(Math.max(...drifts.map(Math.abs))).toBeLessThan(30_000)
  })
})

test.skipIf(absent)('flat proxy traces are told apart by agent, or read as they are', async () => {
  const asTheyAre = await readCorpus(`${shared}weka-proxy`, { splitAgents: 'never' })
  expect(asTheyAre.problems).toEqual([])
  expect(asTheyAre.corpus).toMatchObject({ blockScope: 'global', origin: { subagentTimes: 'none' }, edges: 'sequence' })
  const flat = { traces: 8, requests: 186, subagents: 0, pairs: { consecutive: 178, growth: 0 } }
  expect(corpusStats(asTheyAre.corpus)).toMatchObject(flat)
  const { corpus, problems } = await readCorpus(`${shared}weka-proxy`)
  expect(problems).toMatchObject([{ severity: 'warning', code: 'split', trace: 'trace_0003' }])
  // In the eighth one agent asked alone.
  expect(corpus).toMatchObject({ origin: { splitTraces: 7 }, edges: 'dispatch' })
  const lost = (traces: Corpus['traces']) =>
    traces.flatMap(({ sessions }) =>
      sessions.flatMap(({ turns }) => turns.slice(1).filter((t) => t.sharedBlocks === 0)),
    )
  expect([lost(asTheyAre.corpus.traces).length, lost(corpus.traces).length]).toEqual([89, 0])
  const { requests, subagentRequests, ...stats } = corpusStats(corpus)
  expect(requests + subagentRequests).toBe(186)
  expect(stats).toMatchObject({ traces: 8, subagents: 50 })
  expect(corpus.traces[0]?.sessions.map(({ agentType, turns }) => [agentType, turns.length])).toEqual([
    [undefined, 7],
    ['auxiliary', 1],
    ['worker', 12],
    ['worker', 2],
  ])
})

/** Start of the last turn, when each is sent as soon as its needs allow and answered in its recorded time, against the recorded one. */
function driftMs({ turns }: Session): number {
  const startMs = turns
    .slice(1)
    .reduce((sum, turn, previous) => sum + (turns[previous]!.apiMs ?? 0) + turn.needs[0]!.delayMs, 0)
  return startMs - turns.at(-1)!.startMs
}
