import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runCli } from '../run-cli.ts'
import { dashboardReader } from './dashboard-reader.ts'
import { installedPeer } from './installed-peer.ts'
import { differencesOf, type Numbers, numbersOf } from './numbers.ts'
import { peerSource } from './peer-source.ts'

/** What the exports were written against: August and April 2026, and readers of the dashboard that know the flat form, and the nested one. */
const august = '843c6254f'
const april = '980d61041'

const aiperf = installedPeer('aiperf==0.13.0')
const openmetrics = installedPeer('prometheus_client==0.25.0')
const inferencex = peerSource('SemiAnalysisAI/InferenceX', 'REPRISE_INFERENCEX')
const dashboard = peerSource('SemiAnalysisAI/InferenceX-app', 'REPRISE_INFERENCEX_APP')

const folder = mkdtempSync(join(tmpdir(), 'reprise-exports-'))
const [run, fixed, live] = [join(folder, 'run'), join(folder, 'fixed'), join(folder, 'live')]
const identity = { hw: 'b200', 'model-prefix': 'dsr1', framework: 'vllm', precision: 'fp8' }
/** InferenceX rounds to five decimals. */
const rounding = 5.1e-6

beforeAll(async () => {
  const shared = ['--every-token', '--quiet']
  await cli('simulate', '--lanes', '8', '--duration', '20m', '--out', run, ...shared, '--slo', 'ttft=1s,tpot=20ms')
  await cli(
    'simulate',
    '--preset',
    'fixed-seq-len',
    '--isl',
    '1024',
    '--osl',
    '64',
    '--lanes',
    '8',
    '--out',
    fixed,
    ...shared,
  )
  // Over HTTP, so that the page of the engine model is sampled.
  await cli('bench', '--lanes', '2', '--duration', '6s', '--out', live, '--quiet', '--no-report')
})
afterAll(() => {
  for (const each of [aiperf, openmetrics, inferencex, dashboard]) each?.remove()
  rmSync(folder, { recursive: true, force: true })
})

describe.skipIf(!aiperf)('AIPerf', () => {
  test('parses our profile, and its formulas and statistics give the same to 1e-9', async () => {
    const out = await exported('aiperf', run)
    const read = aiperf!.run('aiperf_exports.py', join(out, 'run')) as {
      lines: number
      profiled: number
      worst: Numbers
      stats: Record<string, Numbers>
      duration: number
      depths: number[]
    }
    const summary = readJson(join(out, 'run', 'profile_export_aiperf.json')) as Record<string, Numbers>
    expect(read.profiled).toBe(summary.request_count!.avg)
    expect(read.depths).toContain(1)
    for (const [tag, difference] of Object.entries(read.worst)) expect(difference, tag).toBeLessThan(1e-9)
    for (const [tag, theirs] of Object.entries(read.stats))
      expect(differencesOf(theirs, summary[tag]!, { relative: 1e-9 }), tag).toEqual([])
    expect(summary.benchmark_duration!.avg).toBeCloseTo(read.duration, 8)
    console.log(
      'aiperf:',
      read.lines,
      'lines;',
      Object.keys(read.stats).length,
      'metrics; formulas differ by',
      read.worst,
    )
  })
})

describe.skipIf(!aiperf)("AIPerf's server metrics", () => {
  test('are what its own statistics give of the pages that we sampled', async () => {
    const out = await exported('aiperf', live)
    const read = aiperf!.run('aiperf_server_metrics.py', join(out, 'live'), live) as Record<string, unknown>
    expect(read).toMatchObject({ differing: [], types: ['counter', 'gauge', 'histogram'] })
    expect(read.compared).toBeGreaterThan(500)
    console.log('aiperf, server metrics:', read)
  })
})

describe.skipIf(!inferencex)("InferenceX's own aggregation", () => {
  test('of August gives our nested aggregate from our profile, and finds it valid', async () => {
    const out = await exported('inferencex', run)
    const [name, raw] = namesIn(out, 'bmk_agentic_')
    const source = inferencex!.at(august, 'utils/agentic')
    const env = { ...environment, RESULT_DIR: join(out, raw!), AGENTIC_OUTPUT_DIR: folder, RESULT_FILENAME: 'theirs' }
    python(source, ['-m', 'utils.agentic.aggregation.process_agentic_result'], env)
    const ours = readJson(join(out, `bmk_agentic_${name}`, `${name}.json`))
    const theirs = readJson(join(folder, 'theirs.json')) as { request_metrics: { tokens: object } }
    // It looks planned lengths up in a corpus of its own.
    const { output_expected: _, ...planned } = (ours as typeof theirs).request_metrics.tokens as Record<string, object>
    expect(Object.keys(planned)).toEqual(['input', 'output_actual'])
    const differences = differencesOf(numbersOf(theirs), numbersOf(ours), { absolute: rounding, relative: 1e-9 })
    expect(
      differences.filter(
        (each) => !/output_expected|allocated_cpu_dram_gb|^(tp|ep|pp|dcp_size|pcp_size)\b|per_gpu/.test(each),
      ),
    ).toEqual([])
    expect(keysOf(ours, 'request_metrics')).toEqual(keysOf(theirs, 'request_metrics'))
    expect(keysOf(ours, 'server_metrics')).toEqual(keysOf(theirs, 'server_metrics'))
    const validator = ['-m', 'utils.agentic.validation.validate_agentic_result', join(out, raw!, 'aiperf_artifacts')]
    expect(python(source, [...validator, '--failed-request-threshold', '0.1'], env)).toContain(
      'Validated aiperf request error rate',
    )
    console.log('InferenceX, August:', Object.keys(numbersOf(theirs)).length, 'numbers')
  })

  test('of August finds in our server metrics what our aggregate says of the server', async () => {
    const out = await exported('inferencex', live)
    const [name, raw] = namesIn(out, 'bmk_agentic_')
    const source = inferencex!.at(august, 'utils/agentic')
    const env = { ...environment, RESULT_DIR: join(out, raw!), AGENTIC_OUTPUT_DIR: folder, RESULT_FILENAME: 'server' }
    python(source, ['-m', 'utils.agentic.aggregation.process_agentic_result'], env)
    const [ours, theirs] = [join(out, `bmk_agentic_${name}`, `${name}.json`), join(folder, 'server.json')].map(
      (path) => (readJson(path) as { server_metrics: ServerNumbers }).server_metrics,
    )
    expect(theirs).toMatchObject({ present: true, adapter: 'vllm' })
    // Ours are of the window to the instant, theirs of the time between two pages.
    for (const key of ['prompt_total', 'generation_total'] as const)
      expect(Math.abs(ours!.tokens[key] / theirs!.tokens[key] - 1), key).toBeLessThan(0.05)
    expect(ours!.cache.overall_cache_hit_rate).toBeCloseTo(theirs!.cache.overall_cache_hit_rate, 2)
  })

  test('of April gives our flat aggregate from our rows', async () => {
    const out = await exported('inferencex-april', run)
    const [name, raw] = namesIn(out, 'bmk_agentic_')
    const source = inferencex!.at(april, 'utils/process_agentic_result.py')
    const env = {
      ...environment,
      USERS: '8',
      OFFLOADING: 'none',
      RESULT_DIR: join(out, raw!),
      AGENTIC_OUTPUT_DIR: folder,
      RESULT_FILENAME: 'april',
    }
    python(source, ['utils/process_agentic_result.py'], env)
    const [ours, theirs] = [join(out, `bmk_agentic_${name}`, `${name}.json`), join(folder, 'april.json')].map(readJson)
    const differences = differencesOf(numbersOf(theirs), numbersOf(ours), { relative: 1e-9 })
    expect(differences.filter((each) => !/^(tp|ep)\b|per_gpu/.test(each))).toEqual([])
    console.log('InferenceX, April:', Object.keys(numbersOf(theirs)).length, 'numbers')
  })

  test('of fixed lengths gives our aggregate from our results', async () => {
    const out = await exported('fixed-length', fixed)
    const [name] = namesIn(out, 'bmk_')
    const source = inferencex!.at(august, 'utils/process_result.py', 'utils/aggregate_power.py')
    const work = join(folder, 'serving')
    mkdirSync(work, { recursive: true })
    cpSync(join(out, `serving_${name}`, `${name}.json`), join(work, 'theirs.json'))
    const env = { ...environment, RESULT_FILENAME: 'theirs', ISL: '1024', OSL: '64', TP: '1' }
    python(work, [join(source, 'utils/process_result.py')], env)
    const [ours, theirs] = [join(out, `bmk_${name}`, `agg_${name}.json`), join(work, 'agg_theirs.json')].map(readJson)
    const differences = differencesOf(numbersOf(theirs), numbersOf(ours), { relative: 1e-9 })
    expect(differences.filter((each) => !/^(tp|ep|pp|dcp_size|pcp_size|power_\w+)\b|per_gpu/.test(each))).toEqual([])
    console.log('InferenceX, fixed lengths:', Object.keys(numbersOf(theirs)).length, 'numbers')
  })
})

describe.skipIf(!dashboard)("the reader of InferenceX's dashboard", () => {
  test('takes in every row of ours from the folders that it looks into', async () => {
    const reader = await dashboardReader(dashboard!, join(folder, 'reader'))
    const shapes = reader.readsNested
      ? (['fixed-length', 'inferencex-april', 'inferencex'] as const)
      : (['fixed-length', 'inferencex-april'] as const)
    if (!reader.readsNested) console.warn('SKIPPED: this commit of InferenceX-app is older than the nested form')
    for (const as of shapes) {
      const out = await exported(as, as === 'fixed-length' ? fixed : run)
      const files = readdirSync(out)
        .filter((each) => each.startsWith('bmk_') || each.startsWith('results_'))
        .flatMap((each) => readdirSync(join(out, each)).map((file) => join(out, each, file)))
      expect(files, as).toHaveLength(2)
      for (const row of files.flatMap((file) => [readJson(file)].flat())) {
        const { metrics, skips } = reader.read(row as object)
        expect(skips, as).toEqual([])
        const { median_ttft, p90_e2el, median_itl, median_intvty } = metrics!
        for (const value of [median_ttft, p90_e2el, median_itl, median_intvty]) expect(value, as).toBeGreaterThan(0)
        console.log(`dashboard, ${as}:`, Object.keys(metrics!).length, 'metrics')
      }
    }
  })
})

describe.skipIf(!openmetrics)('the parser of Prometheus', () => {
  test('reads our OpenMetrics', async () => {
    const out = await exported('openmetrics', run)
    const read = openmetrics!.run('openmetrics_read.py', join(out, 'run', 'metrics.txt')) as {
      families: number
      ttftCount: number
    }
    const { metrics } = readJson(join(run, 'results.json')) as { metrics: { ttft: { n: number } } }
    expect(read.ttftCount).toBe(metrics.ttft.n)
    console.log('prometheus_client:', read.families, 'families')
  })
})

interface ServerNumbers {
  readonly tokens: { readonly prompt_total: number; readonly generation_total: number }
  readonly cache: { readonly overall_cache_hit_rate: number }
}

/** The identity of our runs, as InferenceX's scripts are told it. */
const environment = {
  RUNNER_TYPE: identity.hw,
  FRAMEWORK: identity.framework,
  PRECISION: identity.precision,
  MODEL: 'reprise-sim',
  MODEL_PREFIX: identity['model-prefix'],
  IMAGE: '',
  CONC: '8',
  TP: '1',
  EP_SIZE: '1',
  DP_ATTENTION: 'false',
  SPEC_DECODING: 'none',
  DISAGG: 'false',
  IS_MULTINODE: 'false',
  KV_OFFLOADING: 'none',
  HF_HUB_CACHE: join(folder, 'none'),
}

async function cli(...words: string[]): Promise<void> {
  const { code, stderr } = await runCli(words)
  if (code !== 0) throw new Error(stderr)
}

async function exported(as: string, from: string): Promise<string> {
  const out = join(folder, `out-${as}`)
  const set = Object.entries(identity).map(([key, value]) => `${key}=${value}`)
  await cli('results', 'export', '--as', as, from, '--out', out, '--set', set.join(','))
  return out
}

/** The name of the one job in the folder, and that of the folder with what it was made of. */
function namesIn(out: string, prefix: string): [name: string, raw: string | undefined] {
  const folders = readdirSync(out)
  const name = folders.find((each) => each.startsWith(prefix))!.slice(prefix.length)
  return [name, folders.find((each) => each === `agentic_${name}`)]
}

function python(cwd: string, words: readonly string[], env: Readonly<Record<string, string>>): string {
  return execFileSync('python3', [...words], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    encoding: 'utf8',
    stdio: 'pipe',
    timeout: 100_000,
  })
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'))
}

/** Every key below one of a value, by its path, whatever it holds. */
function keysOf(value: unknown, key: string): string[] {
  const walk = (path: string, each: unknown): string[] =>
    typeof each === 'object' && each !== null
      ? Object.entries(each).flatMap(([name, below]) => [`${path}.${name}`, ...walk(`${path}.${name}`, below)])
      : []
  return walk(key, (value as Record<string, unknown>)[key])
    .filter((each) => !/output_expected|per_gpu/.test(each))
    .sort()
}
