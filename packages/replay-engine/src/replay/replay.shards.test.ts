import { fixedLengthCorpus } from '@reprise/trace'
import { describe, expect, test } from 'vitest'
import { type PresetName, presets } from '../plan/presets.ts'
import { isOfShard, slotsOfShard } from '../plan/shard.ts'
import type { PlannedRequest } from '../port/target.ts'
import type { RequestRecord } from '../record/request-record.ts'
import { parseAddress } from '../record/turn-address.ts'
import { deepCorpus } from './deep-corpus.fixture.ts'
import { recountHits } from './recount-hits.ts'
import { type Rehearsal, rehearse } from './replay.fixture.ts'

const deep = deepCorpus({ traces: 12, seed: 4 })
const single = fixedLengthCorpus({
  ...{ seed: 3, requests: 60, inputTokens: 900, outputTokens: 90 },
  ...{ rangeRatio: 0.8, blockSize: 64 },
})
const appointment = { startMs: 1_000, profilingMs: 400_000 }
const names = Object.keys(presets) as PresetName[]

/** Replies take their time, which follows from the request alone. */
function script({ traceIndex, sessionIndex, turn }: PlannedRequest) {
  return { firstTokenMs: 20 + ((traceIndex * 7_919 + sessionIndex * 104_729 + turn * 1_299_709) % 1_000), tokenMs: 7 }
}

function rehearsalOf(preset: PresetName): Rehearsal {
  const { corpus, load } = presets[preset]
  const size = load.kind === 'rate' ? { sessionsPerS: 0.02 } : { lanes: 5 }
  if (load.kind !== 'lanes') return { corpus: deep, preset, ...size, script }
  const { start, staggerMs, until } = load
  // Whether all lanes are idle is what no shard can know.
  const systemIdleCapMs = 'systemIdleCapMs' in load ? { systemIdleCapMs: 1e9 } : {}
  const overrides = { start, staggerMs, until, ...systemIdleCapMs }
  return { corpus: corpus.kind === 'traces' ? deep : single, preset, ...size, script, overrides }
}

const everywhere = { ...deep, blockScope: 'global' as const }

const withoutHits = ({ idealHitTokens: _, ...record }: RequestRecord) => record
const byId = (one: { id: string }, other: { id: string }) => (one.id < other.id ? -1 : 1)

describe.each(names)('%s', (preset) => {
  test.each(['local', 'global'])(
    'three shards send what one sends, when it does; what could be reused is counted over all of them (ids: %s)',
    async (scope) => {
      const own = rehearsalOf(preset)
      const rehearsal = scope === 'global' && own.corpus === deep ? { ...own, corpus: everywhere } : own
      const whole = await rehearse({ ...rehearsal, options: { appointment } })
      const shards = await Promise.all(
        [0, 1, 2].map((index) => rehearse({ ...rehearsal, options: { appointment, shard: { index, of: 3 } } })),
      )
      for (const [index, { records }] of shards.entries()) {
        expect(records.length).toBeGreaterThan(10)
        expect(records.every(({ lane }) => isOfShard(lane, { index, of: 3 }))).toBe(true)
      }
      const records = shards.flatMap((each) => each.records)
      expect(records.map(withoutHits).sort(byId)).toEqual(whole.records.map(withoutHits).sort(byId))
      const requests = shards.flatMap((each) => each.requests)
      expect(requests.toSorted(byId)).toEqual(whole.requests.toSorted(byId))

      const sent = records.map((record) => ({
        ...parseAddress(record.id),
        atMs: record.sentMs ?? record.doneMs,
        sends: record.sentMs !== undefined,
      }))
      const hits = recountHits({ plan: whole.plan, corpus: rehearsal.corpus }, sent)
      const sumOf = (values: Iterable<number>) => [...values].reduce((sum, value) => sum + value, 0)
      expect(sumOf(hits)).toBe(sumOf(whole.records.map(({ idealHitTokens }) => idealHitTokens)))
    },
  )

  test('phases begin when they are appointed to', async () => {
    const { summary } = await rehearse({
      ...rehearsalOf(preset),
      options: { appointment, shard: { index: 1, of: 4 } },
    })
    const starts = Object.fromEntries(summary.phases.map(({ phase, startMs }) => [phase, startMs]))
    expect(starts.profiling).toBe(appointment.profilingMs)
    if (starts.warmup !== undefined) expect(starts.warmup).toBe(appointment.startMs)
  })
})

test('a warm-up that is not over by the pause before the appointed time is given up', async () => {
  const rehearsal = rehearsalOf('agentx-v1')
  const { summary } = await rehearse({
    ...rehearsal,
    overrides: { ...rehearsal.overrides, quiesceMs: 1_000 },
    options: { appointment: { startMs: 0, profilingMs: 2_000 } },
  })
  expect(summary).toMatchObject({ ended: 'stopped', stoppedBy: { kind: 'warmup-limit' } })
  expect(summary.phases[0]).toEqual({ phase: 'warmup', startMs: 0, endMs: 1_000 })
})

test('every slot falls to one shard', () => {
  for (const slots of [0, 1, 4, 9])
    for (const of of [1, 2, 5]) {
      const all = Array.from({ length: of }, (_, index) => slotsOfShard(slots, { index, of })).flat()
      expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: slots }, (_, slot) => slot))
      for (let index = 0; index < of; index += 1)
        expect(slotsOfShard(slots, { index, of }).every((slot) => isOfShard(slot, { index, of }))).toBe(true)
    }
})
