import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultEngine } from '@reprise/engine-sim'
import { LinearStepTime } from '@reprise/engine-sim/core'
import { manifestProblems } from '@reprise/result-aggregator'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Interrupted } from '../terminal/interrupts.ts'
import { runRegistered } from '../terminal/run-registered.fixture.ts'
import { registerCalibrate } from './calibrate.ts'
import { registerSimulate } from './simulate.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reprise-simulate-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const short = ['--preset', 'fixed-seq-len', '--isl', '128', '--osl', '8', '--passes', '1', '--seed', '3']
const simulate = (words: readonly string[], signal = new AbortController().signal) =>
  runRegistered(registerSimulate, ['simulate', ...short, '--out', join(folder, 'run'), ...words], { signal })

test('a table, the path and the command again on stdout; how far it is on stderr', async () => {
  const { stdout, stderr, exitCode } = await simulate(['--lanes', '2'])
  expect(exitCode).toBe(0)
  expect(stdout).toContain(`${join(folder, 'run', 'results.json')}\n`)
  const report = join(folder, 'run', 'report.html')
  expect(stdout).toMatch(/\nagain: .*simulate .*--seed 3.* --overwrite\n$/)
  expect(stdout).toContain(`\nreport: ${report}\n`)
  expect(readFileSync(report, 'utf8')).toMatch(/^<!doctype html>/i)
  expect(await manifestProblems(join(folder, 'run'))).toEqual([])
  expect(stderr).toMatch(/requests\/s\)\n$/)
})

test('several lane counts make a run each, and one JSON value; quiet says nothing else', async () => {
  const { stdout, stderr } = await simulate(['--lanes', '1,2', '--json', '--quiet'])
  expect(JSON.parse(stdout)).toHaveLength(2)
  expect(stderr).toBe('')
  expect(existsSync(join(folder, 'run', 'lanes-1', 'results.json'))).toBe(true)
  expect(readFileSync(join(folder, 'run', 'report.html'), 'utf8')).toContain('2 lanes')
})

test('virtual time has no client whose health could be told', async () => {
  await simulate(['--lanes', '1', '--quiet'])
  const { ended } = JSON.parse(readFileSync(join(folder, 'run', 'run.json'), 'utf8'))
  expect(ended.reason).toBe('passes')
  expect(ended.clientHealth).toBeUndefined()
})

test('asked to stop, it keeps what there is and ends with the code of the signal', async () => {
  const stopped = AbortSignal.abort(new Interrupted('SIGTERM'))
  const { exitCode, stdout } = await simulate(['--lanes', '1,2', '--quiet'], stopped)
  expect(exitCode).toBe(143)
  expect(existsSync(join(folder, 'run', 'lanes-2'))).toBe(false)
  expect(stdout).toMatch(/\nreport: .*report\.html\nagain: .*\n$/)
  expect(existsSync(join(folder, 'run', 'report.html'))).toBe(true)
})

test('a folder never holds the runs of two commands: the points of another sweep are refused, or replaced as a whole', async () => {
  await simulate(['--lanes', '1,2', '--quiet', '--no-report'])
  expect(existsSync(join(folder, 'run', 'report.html'))).toBe(false)
  const refused = /other runs lie in it: .*lanes-[12].*--overwrite/
  for (const lanes of ['4', '2,4']) {
    const { exitCode, stderr } = await simulate(['--lanes', lanes, '--quiet'])
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(lanes === '4' ? refused : /lanes-2: it holds a run/)])
  }
  expect((await simulate(['--lanes', '2,4', '--quiet', '--no-report', '--overwrite'])).exitCode).toBe(0)
  expect(readdirSync(join(folder, 'run')).sort()).toEqual(['lanes-2', 'lanes-4'])
  expect((await simulate(['--lanes', '1', '--quiet', '--no-report', '--overwrite'])).exitCode).toBe(0)
  expect(readdirSync(join(folder, 'run'))).not.toContain('lanes-2')
  const beside = await simulate(['--lanes', '1', '--quiet', '--overwrite', '--out', folder])
  expect([beside.exitCode, beside.stderr]).toEqual([2, expect.stringMatching(/other runs lie in it: .*Choose another/)])
  expect(existsSync(join(folder, 'run', 'results.json'))).toBe(true)
  // A folder of sweeps is none either.
  await simulate(['--lanes', '1,2', '--quiet', '--no-report', '--out', join(folder, 'all', 'one')])
  const above = await simulate(['--lanes', '1', '--quiet', '--overwrite', '--out', join(folder, 'all')])
  expect([above.exitCode, above.stderr]).toEqual([2, expect.stringMatching(/lie in it: .*one.lanes-1.*Choose another/)])
  expect(readdirSync(join(folder, 'all', 'one'))).toEqual(['lanes-1', 'lanes-2'])
})

test('flags that exclude each other, and a folder that holds a run, are refused before anything is written', async () => {
  const both = await simulate(['--duration', '5'])
  expect([both.exitCode, both.stderr]).toEqual([2, expect.stringContaining('exclude each other')])
  expect(existsSync(join(folder, 'run'))).toBe(false)
  await simulate(['--lanes', '1', '--quiet'])
  const again = await simulate(['--lanes', '1', '--quiet'])
  expect([again.exitCode, again.stderr]).toEqual([2, expect.stringContaining('holds a run already')])
})

test('tokens of replies that the window cuts are those that had come, as where every token is told', async () => {
  // The prompts of all lanes are read before one of them has many tokens: spread evenly over their replies, there were twice as many.
  const words = ['simulate', '--preset', 'fixed-seq-len', '--isl', '4096', '--osl', '500', '--lanes', '16']
  const outputOf = async (...more: string[]) => {
    const run = [
      ...words,
      '--duration',
      '2',
      '--no-report',
      '--json',
      '--quiet',
      '--out',
      join(folder, `run${more[0] ?? ''}`),
    ]
    const { stdout } = await runRegistered(registerSimulate, [...run, ...more], {
      signal: new AbortController().signal,
    })
    return (JSON.parse(stdout) as { throughput: { output: number } }).throughput.output
  }
  const [together, each] = [await outputOf(), await outputOf('--every-token')]
  expect(Math.abs(together / each - 1)).toBeLessThan(0.05)
})

test('every step of every run and engine is a line of a file, and from it calibrate engine has the constants that made it', async () => {
  const steps = join(folder, 'steps.jsonl.gz')
  const words = [
    'simulate',
    '--preset',
    'fixed-seq-len',
    '--isl',
    '900',
    '--osl',
    '9',
    '--range-ratio',
    '0.2',
    '--passes',
    '6',
  ]
  const { exitCode } = await runRegistered(
    registerSimulate,
    [
      ...words,
      '--lanes',
      '2,5',
      '--jobs',
      '1',
      '--workers',
      '2',
      '--out',
      join(folder, 'fleet'),
      '--steps',
      steps,
      '--quiet',
    ],
    {},
  )
  expect(exitCode).toBe(0)
  const names = ['2', '5'].flatMap((lanes) => ['0', '1'].map((worker) => `steps-lanes-${lanes}-${worker}.jsonl.gz`))
  expect(
    readdirSync(folder)
      .filter((name) => name.startsWith('steps'))
      .sort(),
  ).toEqual(names.sort())
  const fitted = await runRegistered(registerCalibrate, [
    'calibrate',
    'engine',
    '--steps',
    join(folder, names[3]!),
    '--json',
  ])
  const { fit } = JSON.parse(fitted.stdout) as { fit: { constants: Record<string, number> } }
  const { kind: _kind, draftMs: _drafts, ...constants } = LinearStepTime.parse(defaultEngine().stepTime)
  for (const [name, value] of Object.entries(constants)) expect(fit.constants[name], name).toBeCloseTo(value!, 3)
})

test("the figures of each run under Dynamo's keys, with all gaps where every token is kept", async () => {
  const file = join(folder, 'report.json')
  await simulate(['--lanes', '1,2', '--quiet', '--every-token', '--jobs', '1', '--gpus', '2', '--report-json', file])
  const [one, two] = ['1', '2'].map((lanes) =>
    JSON.parse(readFileSync(join(folder, `report-lanes-${lanes}.json`), 'utf8')),
  )
  const { counts } = JSON.parse(readFileSync(join(folder, 'run', 'lanes-2', 'results.json'), 'utf8'))
  expect(two).toMatchObject({ num_requests: counts.requests, completed_requests: counts.ok, decode_gpus_per_worker: 2 })
  expect(two.gpu_hours).toBeCloseTo(two.duration_ms / 1_800_000, 12)
  expect(two.mean_itl_ms).toBeCloseTo(two.mean_tpot_ms, 1)
  expect(one.wall_time_ms).toBeGreaterThan(0)
})

test('tiers behind the cache and KV on its way are in the result, the table and the page', async () => {
  const engine = join(folder, 'engine.json')
  const kvOffload = { hostBlocks: 4_000, tokenBytes: 1_000, host: { gbPerS: 50, latencyMs: 0.1 } }
  writeFileSync(engine, JSON.stringify({ scheduler: { numBlocks: 1_200, maxModelLen: 60_000, kvOffload } }))
  const words = ['simulate', '--lanes', '4', '--passes', '1', '--engine', engine, '--out', join(folder, 'tiers')]
  const { stdout } = await runRegistered(registerSimulate, words, {})
  const { cacheHit, engineModel } = JSON.parse(readFileSync(join(folder, 'tiers', 'results.json'), 'utf8'))
  const { promptTokens, deviceTokens, hostTokens } = cacheHit.sources
  expect(hostTokens).toBeGreaterThan(0)
  expect((deviceTokens + hostTokens) / promptTokens).toBeCloseTo(cacheHit.measured, 9)
  expect(engineModel).toMatchObject({ steps: expect.any(Number), evictedBlocks: expect.any(Number) })
  expect(stdout).toMatch(/ Hit +Hit +Hit .*\n.* rate +host +ideal/)
  expect(readFileSync(join(folder, 'tiers', 'report.html'), 'utf8')).toContain('From host')
  const apart = await simulate([
    '--lanes',
    '2',
    '--json',
    '--prefill-workers',
    '1',
    '--decode-workers',
    '1',
    '--no-report',
  ])
  const [{ counts, engineModel: model }] = [JSON.parse(apart.stdout)].flat()
  expect(model.transfers.count).toBe(counts.requests + counts.warmup.requests)
})

test('drafts make a run shorter, and the result tells what became of them', async () => {
  const engine = join(folder, 'drafts.json')
  const speculation = { numSpeculativeTokens: 3, syntheticAcceptanceLength: 2.5 }
  writeFileSync(engine, JSON.stringify({ scheduler: { speculation } }))
  const of = async (...args: string[]) =>
    JSON.parse((await simulate(['--lanes', '2', '--passes', '1', '--overwrite', '--json', ...args])).stdout)
  const plain = [await of()].flat()[0]
  const drafted = [await of('--engine', engine)].flat()[0]
  const { drafts, draftTokens, acceptedTokens } = drafted.engineModel.speculation
  expect(drafts).toBeGreaterThan(50)
  expect(draftTokens).toBe(3 * drafts)
  // One of three always, a second one half of the time.
  expect(Math.abs(acceptedTokens / drafts - 1.5)).toBeLessThan(0.3)
  expect(plain.engineModel.speculation).toBeUndefined()
  expect(drafted.engineModel.steps).toBeLessThan(plain.engineModel.steps)
  expect(drafted.counts.requests).toBe(plain.counts.requests)
})

test('steps that cannot be written are refused, and nothing is left', async () => {
  const { exitCode, stderr } = await simulate(['--lanes', '1', '--steps', join(folder, 'none', 'steps.jsonl')])
  expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/--steps .*cannot be written \(ENOENT\); name a file/)])
  expect(readdirSync(folder)).toEqual([])
})

test('a configuration is an engine and a load: its row, the flags of its recipe, and what is given besides wins', async () => {
  const words = ['--config-key', 'gptoss-fp4-h100-vllm', '--scenario-type', 'fixed-seq-len', '--conc', '16']
  const out = join(folder, 'configured')
  const { stdout, stderr } = await runRegistered(
    registerSimulate,
    ['simulate', ...words, '--passes', '1', '--out', out, '--json'],
    {},
  )
  expect(stderr).toMatch(
    /^simulating gptoss_8k1k_conc16-\w+ \(8192\/1024, tp 2, conc 16\): row 1 of 3, another with --row, --conc/,
  )
  const [result] = [JSON.parse(stdout)].flat()
  expect(result.load).toMatchObject({ lanes: 16 })
  const { identity } = JSON.parse(readFileSync(join(out, 'run.json'), 'utf8'))
  expect(identity).toMatchObject({ model: 'openai/gpt-oss-120b', engine: { config: { stepTime: { gpu: 'h100' } } } })
})

test('a configuration that the model cannot be is refused with what is missing, and its flags alone too', async () => {
  const run = (...words: string[]) => runRegistered(registerSimulate, ['simulate', ...words, '--out', folder], {})
  const refused = await run('--config-key', 'minimaxm3-fp8-h100-vllm-agentic-mtp')
  expect(refused).toMatchObject({ exitCode: 2, stdout: '' })
  expect(refused.stderr).toMatch(
    /\(agentic-coding, tp 8, mtp, conc 1\) cannot be simulated: --cpu-offload-gb: weights in/,
  )
  expect((await run('--conc', '4')).stderr).toMatch(/--conc chooses a job of --config-key KEY/)
  expect((await run('--row', '4')).stderr).toMatch(/--row chooses a job of --config-key KEY/)
  const beyond = await run('--config-key', 'gptoss-fp4-h100-vllm', '--conc', '16', '--row', '99')
  expect([beyond.exitCode, beyond.stderr]).toEqual([2, expect.stringMatching(/--row 99: .* has 6 rows that are left/)])
})
