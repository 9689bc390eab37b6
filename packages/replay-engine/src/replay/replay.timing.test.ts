import { type Corpus, fixedLengthCorpus, synthCorpus } from '@reprise/trace'
import { havePublicTraces, publicTraces } from '@reprise/trace/public-traces'
import { describe, expect, test } from 'vitest'
import type { LoadOverrides } from '../plan/plan-load.ts'
import { type PresetName, presets } from '../plan/presets.ts'
import type { PlannedRequest } from '../port/target.ts'
import { checkTiming } from './check-timing.fixture.ts'
import { deepCorpus } from './deep-corpus.fixture.ts'
import { type Rehearsal, rehearse } from './replay.fixture.ts'

const deep = deepCorpus({ traces: 12, seed: 4 })
const synthetic = synthCorpus({ seed: 9, traces: 24 })

/** Some replies take their time; which, follows from the request. */
function replies({ traceIndex, sessionIndex, turn, outputTokens }: PlannedRequest) {
  const mixed = (traceIndex * 7_919 + sessionIndex * 104_729 + turn * 1_299_709) % 1_000
  return { firstTokenMs: 20 + mixed * (mixed > 900 ? 40 : 3), tokenMs: outputTokens > 1 ? 7 : 0 }
}

async function timed(rehearsal: Omit<Rehearsal, 'script'>) {
  const { plan, records, summary } = await rehearse({ ...rehearsal, script: replies })
  return { ...checkTiming({ corpus: rehearsal.corpus, plan, records, phases: summary.phases }), records }
}

/** All turns of every trace, from the beginning. */
const everything: LoadOverrides = { until: { kind: 'passes', passes: 1 } }
const fromTheBeginning: Partial<Record<PresetName, LoadOverrides>> = {
  'agentx-v0.1': { start: { min: 0, max: 0 } },
  'agentx-v1': { start: { min: 0, max: 0, of: 'time' }, warmup: { kind: 'none' } },
}
/** As the preset is, but for what `rehearse` would calm. */
function asIs(preset: PresetName): LoadOverrides {
  const { load } = presets[preset]
  if (load.kind !== 'lanes') return {}
  const { start, staggerMs, until } = load
  return { start, staggerMs, until, residualThink: 'residualThink' in load && load.residualThink }
}

const names = Object.keys(presets) as PresetName[]
const ofTraces = names.filter((name) => presets[name].corpus.kind === 'traces')
const turnsOf = ({ traces }: Corpus) => traces.flatMap(({ sessions }) => sessions.flatMap(({ turns }) => turns)).length
const sizeOf = (preset: PresetName) => (presets[preset].load.kind === 'rate' ? { sessionsPerS: 0.02 } : { lanes: 5 })
const single = fixedLengthCorpus({
  ...{ seed: 3, requests: 60, inputTokens: 900, outputTokens: 90 },
  ...{ rangeRatio: 0.8, blockSize: 64 },
})

describe.each(names)('%s: an independent reading of its rules finds every request where it was due', (preset) => {
  const corpora = ofTraces.includes(preset) ? { deep, synthetic } : { single }

  test.each(Object.entries(corpora))('%s', async (_, corpus) => {
    const { checked, problems, records } = await timed({ corpus, preset, ...sizeOf(preset), overrides: asIs(preset) })
    expect(problems.slice(0, 5)).toEqual([])
    expect(checked).toBe(records.filter(({ phase }) => phase !== 'warmup').length)
    expect(checked).toBeGreaterThanOrEqual(50)
  })
})

describe.each(ofTraces)('%s: every turn', (preset) => {
  const overrides = { ...asIs(preset), ...everything, ...fromTheBeginning[preset] }

  test('of subagents on three levels', async () => {
    const { checked, problems } = await timed({ corpus: deep, preset, ...sizeOf(preset), overrides })
    expect(problems.slice(0, 5)).toEqual([])
    expect(checked).toBe(turnsOf(deep))
  })

  test.skipIf(!havePublicTraces)('of recorded traces', async () => {
    const size = presets[preset].load.kind === 'rate' ? { sessionsPerS: 0.02 } : { lanes: 16 }
    const corpus = await publicTraces()
    const { checked, problems } = await timed({ corpus, preset, ...size, overrides })
    expect(problems.slice(0, 5)).toEqual([])
    expect(checked).toBe(turnsOf(corpus))
  })
})

test('the checker sees what it looks for: a request a millisecond off, one that is missing, one too many', async () => {
  const { plan, records, summary } = await rehearse({
    corpus: deep,
    preset: 'agentx-v1',
    lanes: 3,
    overrides: asIs('agentx-v1'),
    script: replies,
  })
  const check = (changed: typeof records) =>
    checkTiming({ corpus: deep, plan, records: changed, phases: summary.phases }).problems[0]
  const at = records.findIndex(({ phase, idleCutMs }) => phase === 'profiling' && idleCutMs !== undefined)
  const late = { ...records[at]!, dueMs: records[at]!.dueMs + 1 }
  expect(check(records)).toBeUndefined()
  expect(check(records.with(at, late))).toMatch(/was due at .* and should have been at/)
  expect(check(records.toSpliced(at, 1))).toMatch(/and was not sent/)
  expect(check([...records, { ...late, id: '0.9.0.0', play: 9 }])).toMatch(/was sent, and nothing asked for it/)
})

test('caps on idle time cut it, on all corpora, and requests say by how much', async () => {
  for (const corpus of [deep, synthetic]) {
    const { cuts, records } = await timed({ corpus, preset: 'agentx-v1', lanes: 3, overrides: asIs('agentx-v1') })
    expect(cuts).toBeGreaterThan(0)
    expect(records.some(({ idleCutMs = 0 }) => idleCutMs > 0)).toBe(true)
  }
})
