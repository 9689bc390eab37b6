import { lstat, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { planTextDigest } from '@reprise/replay-engine'
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { describe, expect, test } from 'vitest'
import { exportShapes } from '../export/exporters.ts'
import type { RunHeader } from '../result/run-header.ts'
import { readManifest } from '../run-folder/manifest.ts'
import { sealLine } from '../run-folder/sealed-line.ts'
import { freshFolder, header, writeFinishedRun } from '../testing/stored-run.fixture.ts'
import { writeExports } from './write-exports.ts'

const folder = freshFolder()
const out = () => join(folder(), '..', '..', 'out')
const golden = join(import.meta.dirname, 'golden')

/** On eight GPUs of a sweep, on a Saturday; with every word that wants to be something else in a table or a label. */
const changes: Partial<RunHeader> = {
  startedAt: '2026-11-28T19:33:26.123Z',
  identity: {
    model: '=acme/"model"\n7b',
    engine: { name: 'vllm', version: '0.32.0', image: 'acme/vllm:1' },
    hardware: 'b200',
    gpus: 8,
    precision: 'fp8',
    topology: {
      tp: 8,
      pp: 1,
      'dcp-size': 1,
      'pcp-size': 1,
      ep: 8,
      'dp-attn': true,
      'kv-offloading': 'none',
      disagg: false,
    },
  },
  slo: { ttft: 200, tpot: 60 },
}
const said = { 'model-prefix': 'acme7b' }
const published = 'acme7b_fp8_vllm_tp8-pp1-dcp1-pcp1-ep8-dpatrue_disagg-false_spec-none_conc2_b200'

/** A page of an engine before, in and behind the window, with a counter, a gauge and a histogram. */
const sampled = [
  {
    ...{ schema: 'server-metrics/1', attempt: 1, intervalMs: 1_000, timeoutMs: 5_000, maxFileBytes: 1_000_000 },
    sources: [{ url: 'http://gpu:8000/metrics', found: 'endpoint' }],
  },
  {
    ...{ source: 0, atMs: 450, tookMs: 3 },
    new: [
      ['vllm:prompt_tokens_total{engine="0"}', 1_000],
      ['vllm:num_requests_running{engine="0"}', 1],
      ['vllm:time_to_first_token_seconds_bucket{engine="0",le="0.1"}', 1],
      ['vllm:time_to_first_token_seconds_bucket{engine="0",le="+Inf"}', 1],
      ['vllm:time_to_first_token_seconds_sum{engine="0"}', 0.09],
      ['vllm:time_to_first_token_seconds_count{engine="0"}', 1],
    ],
  },
  { source: 0, atMs: 1_500, tookMs: 4, set: [0, 3_000, 1, 2, 3, 3, 4, 1.39, 5, 3] },
  { source: 0, atMs: 2_500, tookMs: 5, set: [0, 3_500, 1, 0] },
  { end: true, atMs: 2_600 },
]

describe('golden files', () => {
  test.each([
    ['inferencex', `bmk_agentic_${published}/${published}.json`],
    ['inferencex', `agentic_${published}/aiperf_artifacts/profile_export.jsonl`],
    ['inferencex', `agentic_${published}/aiperf_artifacts/profile_export_aiperf.json`],
    ['inferencex-april', `bmk_agentic_${published}/${published}.json`],
    ['inferencex-april', `agentic_${published}/trace_replay/detailed_results.csv`],
    ['csv', 'one/requests.csv'],
    ['openmetrics', 'one/metrics.txt'],
    ['dynamo', 'one/report.json'],
  ] as const)('%s %s', async (as, path) => {
    await writeFinishedRun(folder(), changes)
    await writeExports([folder()], { as, out: out(), said })
    const file = path.split('/').at(-1)!.replace(published, 'result')
    await expect(await readFile(join(out(), path), 'utf8')).toMatchFileSnapshot(join(golden, as, file))
  })

  test('AIPerf has the files that InferenceX aggregates', async () => {
    await writeFinishedRun(folder(), changes)
    await writeExports([folder()], { as: 'aiperf', out: out() })
    for (const file of ['profile_export.jsonl', 'profile_export_aiperf.json'])
      expect(await readFile(join(out(), 'one', file), 'utf8')).toBe(
        await readFile(join(golden, 'inferencex', file), 'utf8'),
      )
  })

  test('what the server told of itself, as AIPerf keeps it, beside the profile that InferenceX aggregates', async () => {
    await writeFinishedRun(folder(), changes)
    await writeFile(
      join(folder(), 'server-metrics.jsonl'),
      sampled.map((line) => `${sealLine(JSON.stringify(line))}\n`).join(''),
    )
    await writeExports([folder()], { as: 'aiperf', out: out() })
    const own = await readFile(join(out(), 'one', 'server_metrics_export.json'), 'utf8')
    await expect(own).toMatchFileSnapshot(join(golden, 'aiperf', 'server_metrics_export.txt'))
    await writeExports([folder()], { as: 'inferencex', out: out(), said })
    const beside = join(out(), `agentic_${published}`, 'aiperf_artifacts', 'server_metrics_export.json')
    expect(await readFile(beside, 'utf8')).toBe(own)
    const table = await readFile(join(out(), 'one', 'server_metrics_export.csv'), 'utf8')
    await expect(table).toMatchFileSnapshot(join(golden, 'aiperf', 'server_metrics_export.csv'))
  })

  test('fixed lengths, with what benchmark_serving.py gives of them', async () => {
    await writeFixedRun()
    await writeExports([folder()], { as: 'fixed-length', out: out(), said })
    const name = 'acme7b_1000-11_fp8_vllm_tp8-pp1-dcp1-pcp1-ep8-dpatrue_disagg-false_spec-none_conc2_b200'
    for (const path of [`bmk_${name}/agg_${name}.json`, `serving_${name}/${name}.json`]) {
      const file = `${path.split('_')[0]}.json`
      await expect(await readFile(join(out(), path), 'utf8')).toMatchFileSnapshot(join(golden, 'fixed-length', file))
    }
  })
})

test('every number of the result by its path, and no text', async () => {
  await writeFinishedRun(folder(), changes)
  await writeExports([folder()], { as: 'csv', out: out() })
  const lines = (await readFile(join(out(), 'one', 'figures.csv'), 'utf8')).trimEnd().split('\r\n')
  expect(lines[0]).toBe('figure,value')
  for (const line of [
    'counts.ok,2',
    'metrics.ttft.p50,200',
    'metrics.ttft.withFailures.p99,unbounded',
    'goodput.slo.ttft,200',
  ])
    expect(lines).toContain(line)
  for (const line of lines.slice(1)) expect(line).toMatch(/^[\w.-]+,(unbounded|-?[\d.e+-]+)$/)
})

test('Parquet: the cells of the CSV, whole numbers as such, and null where a request has none', async () => {
  await writeFinishedRun(folder(), changes)
  for (const as of ['csv', 'parquet'] as const) await writeExports([folder()], { as, out: out() })
  const file = await asyncBufferFromFile(join(out(), 'one', 'requests.parquet'))
  const rows = await parquetReadObjects({ file })
  const [head, ...lines] = (await readFile(join(out(), 'one', 'requests.csv'), 'utf8')).trimEnd().split('\r\n')
  const cells = rows.map((row) => head!.split(',').map((name) => (row[name] === null ? '' : String(row[name]))))
  // What the server said has a line separator, which is a blank in a cell.
  expect(cells.map((row) => row.join(',').replace(/[\u2028]/g, ' '))).toEqual(lines)
  expect(rows[0]).toMatchObject({ id: '0.0.0.0', turn: 0n, ttft_ms: 90, status: null, phase: 'warmup' })
  const { key_value_metadata: said, num_rows: count } = await parquetMetadataAsync(file)
  expect(count).toBe(4n)
  expect(JSON.parse(said!.find(({ key }) => key === 'reprise.identity')!.value!)).toEqual(changes.identity)
})

test('the rows of all runs stand together, each run under a name of its own', async () => {
  const runs = ['a/run', 'b/run'].map((name) => join(folder(), '..', name))
  for (const run of runs) await writeFinishedRun(run, changes)
  const told: string[] = []
  const {
    files,
    runs: count,
    unknown,
  } = await writeExports(runs, { as: 'inferencex', out: out(), said, onRun: (run) => told.push(run) })
  expect([count, unknown, told]).toEqual([2, [], runs])
  const rows = JSON.parse(await readFile(join(out(), 'results_bmk', 'agg_bmk.json'), 'utf8'))
  expect(rows).toHaveLength(2)
  expect(files.map(({ path }) => path.slice(out().length + 1).split('/')[0])).toEqual([
    `bmk_agentic_${published}`,
    `agentic_${published}`,
    `agentic_${published}`,
    `bmk_agentic_${published}_2`,
    `agentic_${published}_2`,
    `agentic_${published}_2`,
    'results_bmk',
  ])
})

test('what nobody said of the deployment is named, and absent', async () => {
  await writeFinishedRun(folder())
  const { unknown, files } = await writeExports([folder()], { as: 'inferencex', out: out() })
  expect(unknown).toEqual(['hw', 'model-prefix', 'framework', 'precision'])
  const row = JSON.parse(await readFile(files[0]!.path, 'utf8'))
  for (const key of ['hw', 'tp', 'framework', 'image', 'allocated_cpu_dram_gb']) expect(row).not.toHaveProperty(key)
  expect(row.request_metrics.throughput.per_gpu).toEqual({})
})

test('sessions of agents are not told as requests of fixed lengths', async () => {
  await writeFinishedRun(folder(), changes)
  await expect(writeExports([folder()], { as: 'fixed-length', out: out() })).rejects.toThrow(/--as inferencex\./)
})

test('requests of fixed lengths are not told as sessions of agents', async () => {
  await writeFixedRun()
  await expect(writeExports([folder()], { as: 'inferencex', out: out() })).rejects.toThrow(/--as fixed-length\./)
})

test.each(Object.keys(exportShapes).filter((name) => name !== 'fixed-length'))(
  '%s changes nothing in the run, and follows no link',
  async (as) => {
    await writeFinishedRun(folder(), changes)
    const before = await readManifest(folder())
    await mkdir(join(out(), 'results_bmk'), { recursive: true })
    const kept = join(folder(), '..', 'kept')
    await writeFile(kept, 'kept')
    await symlink(kept, join(out(), 'results_bmk', 'agg_bmk.json'))
    const { files } = await writeExports([folder()], { as: as as keyof typeof exportShapes, out: out() })
    for (const { path, bytes } of files) expect((await lstat(path)).size).toBe(bytes)
    expect(await readManifest(folder())).toEqual(before)
    expect(await readFile(kept, 'utf8')).toBe('kept')
  },
)

/** The same requests under the preset of fixed lengths. */
async function writeFixedRun(): Promise<void> {
  await writeFinishedRun(folder(), {
    ...changes,
    corpus: { origin: 'preset', source: 'fixed lengths 1000/11, range ratio 1' },
  })
  const path = join(folder(), 'run.json')
  await rewritePreset(path)
  await rewritePreset(join(folder(), 'plan.json'))
  // The digest of the plan goes with it.
  const digest = planTextDigest(await readFile(join(folder(), 'plan.json'), 'utf8'))
  const run = JSON.parse(await readFile(path, 'utf8'))
  await writeFile(path, JSON.stringify({ ...run, plan: { ...run.plan, digest } }))
}

async function rewritePreset(path: string): Promise<void> {
  const text = await readFile(path, 'utf8')
  await writeFile(path, text.replaceAll(header.plan.preset.name, 'fixed-seq-len'))
}
