import type { LanesLoad } from '@reprise/replay-engine'
import { expect, test } from 'vitest'
import { buildResult } from '../../../measure/build-result.ts'
import type { Identity } from '../../../result/run-header.ts'
import { lanesLoad, okRecord, runHeader } from '../../../testing/run.fixture.ts'
import { groupRuns, labelRuns } from './group-runs.ts'
import type { ReportRun } from './report-run.ts'

const deployment = {
  model: 'lab/model',
  hardware: 'b200',
  gpus: 8,
  engine: { name: 'vllm', version: '0.19.1' },
  precision: 'fp4',
} satisfies Identity

type Work = Partial<LanesLoad> & { readonly seed?: number; readonly changed?: string[] }

/** As a job of a sweep says it: every field, also those that ask for nothing. */
const row = { tp: 8, pp: 1, 'dcp-size': 1, 'pcp-size': 1, ep: 1, 'dp-attn': false, 'spec-decoding': 'none' }

function run(identity: Identity, lanes = 4, { seed = 42, changed = [] as string[], ...load }: Work = {}): ReportRun {
  const phases = [{ phase: 'profiling' as const, startMs: 0, endMs: 2000 }]
  const plain = runHeader(lanesLoad({ lanes, ...load }), { identity })
  const header = { ...plain, plan: { ...plain.plan, seed, preset: { ...plain.plan.preset, changed } } }
  const result = buildResult({ header, phases, records: [okRecord({})], ended: 'window' })
  return { name: 'run', result, phases, requests: [] }
}

const namesOf = (...runs: ReportRun[]) => groupRuns(runs).map(({ name }) => name)

test('a group alone is named after hardware, engine and model', () => {
  expect(namesOf(run(deployment, 8), run(deployment, 4))).toEqual(['b200 · vllm 0.19.1 · lab/model'])
})

test('several are named after what sets them apart, and nothing else', () => {
  const none = run({ ...deployment, topology: { ...row, 'kv-offloading': 'none' } })
  const dram = run({
    ...deployment,
    topology: { ...row, 'kv-offloading': 'dram', 'kv-offload-backend.name': 'native' },
  })
  const narrow = run({ ...deployment, gpus: 1, topology: { ...row, tp: 1, 'kv-offloading': 'none' } })
  expect(namesOf(none, dram)).toEqual(['kv-offloading=none', 'kv-offloading=dram · kv-offload-backend.name=native'])
  expect(namesOf(none, narrow)).toEqual(['8 GPUs · tp=8', '1 GPU · tp=1'])
  expect(namesOf(none, run({ ...deployment, hardware: 'h200' }))[1]).toBe('h200')
})

test('one that says less than the others has a name all the same', () => {
  expect(namesOf(run(deployment), run({ model: 'lab/model' }))).toEqual([
    'b200 · 8 GPUs · vllm 0.19.1 · fp4',
    'lab/model',
  ])
  expect(namesOf(run(deployment), run({ ...deployment, precision: 'fp8' }))).toEqual(['fp4', 'fp8'])
})

test.each<[string, Work, string[]]>([
  ['context limit', { maxContextTokens: 32_768 }, ['no context limit', 'context 32768']],
  ['time scale', { timeScale: 0.5 }, ['time scale 1', 'time scale 0.5']],
  ['think cap', { thinkCapMs: 5000 }, ['think cap 60 s', 'think cap 5 s']],
  ['window', { until: { kind: 'window', durationMs: 60_000 } }, ['window 1800 s', 'window 60 s']],
  ['passes', { until: { kind: 'passes', passes: 1 } }, ['window 1800 s', '1 pass']],
  ['start', { start: { min: 0, max: 0 } }, ['start 0-0.7', 'start 0-0']],
  ['warm-up', { warmup: { kind: 'none' } }, ['warm-up full-prefill', 'warm-up none']],
  ['think at the start', { residualThink: true }, ['think time over at the start', 'residual think time']],
  ['changed options', { changed: ['x'] }, ['b200 · vllm 0.19.1 · lab/model', 'changed x']],
])('runs of another %s are no curve together, and share no frontier', (_, work, names) => {
  const groups = groupRuns([run(deployment, 4), run(deployment, 8), run(deployment, 16, work)])
  expect(groups.map(({ name }) => name)).toEqual(names)
  expect(labelRuns(groups).map(({ workload }) => workload)).toEqual([0, 0, 1])
})

test('the same work on other hardware is another curve beside the same frontier', () => {
  const groups = groupRuns([run(deployment), run({ ...deployment, hardware: 'h200' })])
  expect(labelRuns(groups).map(({ workload }) => workload)).toEqual([0, 0])
})

test('seeds are repeats and part no curve; labels of a point tell its seeds apart', () => {
  const repeated = [run(deployment, 4, { seed: 1 }), run(deployment, 4, { seed: 2 }), run(deployment, 8, { seed: 1 })]
  const groups = groupRuns(repeated)
  expect(groups).toHaveLength(1)
  expect(labelRuns(groups).map(({ label }) => label)).toEqual(['4 lanes, seed 1', '4 lanes, seed 2', '8 lanes'])
})

const at = (path: string, one: ReportRun): ReportRun => ({
  ...one,
  name: path.split('/').at(-1)!,
  way: path.split('/'),
})

test('a point that was measured twice with one seed parts the curves by folder, where each holds a point of another', () => {
  const both = [
    at('runs/base/4', run(deployment)),
    at('runs/base/8', run(deployment, 8)),
    at('runs/regr/4', run(deployment)),
  ]
  expect(namesOf(...both)).toEqual(['base', 'regr'])
  expect(namesOf(at('a', run(deployment)), at('b', run(deployment)))).toEqual(['a', 'b'])
  // A run once more in a folder beside it is no curve.
  const again = [at('sw/4', run(deployment)), at('sw/4-again', run(deployment)), at('sw/8', run(deployment, 8))]
  expect(namesOf(...again)).toHaveLength(1)
  // Nothing was measured twice: one curve from two folders.
  expect(namesOf(at('a/4', run(deployment)), at('b/8', run(deployment, 8)))).toHaveLength(1)
})

test('a label is the name, with what differs under it; the others are named as ever', () => {
  const labelled = { ...deployment, label: 'v1' }
  expect(namesOf(run(labelled), run({ ...deployment, label: 'v2' }))).toEqual(['v1', 'v2'])
  expect(namesOf(run(labelled), run({ ...labelled, precision: 'fp8' }), run(deployment))).toEqual([
    'v1 · fp4',
    'v1 · fp8',
    'b200 · vllm 0.19.1 · lab/model',
  ])
})

test('a setting of the engine parts curves and is named, as few of them as it takes', () => {
  const sized = (numBlocks: number) => ({
    ...deployment,
    engine: { name: 'sim', config: { scheduler: { numBlocks, maxSeqs: numBlocks / 4 }, model: 'm' } },
  })
  expect(namesOf(run(sized(4096)), run(sized(8192)))).toEqual(['numBlocks 4096', 'numBlocks 8192'])
})

test('so does the endpoint of an engine that nobody knows more of, but not the port that a job was given', () => {
  const served = (url: string, identity: Identity) => {
    const own = run(identity)
    const target = { ...own.result.provenance.target, kind: 'http' as const, url, simulated: false }
    return { ...own, result: { ...own.result, provenance: { ...own.result.provenance, target } } }
  }
  const [one, other] = ['http://gpu:8000', 'http://gpu:8001'] as const
  expect(namesOf(served(one, deployment), served(other, deployment))).toEqual([one, other])
  const job = { ...deployment, point: 'a' }
  expect(namesOf(served(one, job), served(other, job))).toHaveLength(1)
  const labelled = { ...deployment, label: 'v1' }
  expect(namesOf(served(one, labelled), served(other, labelled))).toHaveLength(1)
})

test('names that are cut to the same text stay apart, and so do their labels', () => {
  const long = 'x'.repeat(300)
  const groups = groupRuns([run({ ...deployment, model: `${long}1` }), run({ ...deployment, model: `${long}2` })])
  const labels = labelRuns(groups).map(({ label }) => label)
  expect(new Set(groups.map(({ name }) => name)).size).toBe(2)
  expect(new Set(labels).size).toBe(2)
})
