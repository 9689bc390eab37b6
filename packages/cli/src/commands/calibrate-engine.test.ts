import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultEngine, EngineConfig } from '@reprise/engine-sim/core'
import { afterAll, expect, test } from 'vitest'
import { runRegistered } from '../terminal/run-registered.fixture.ts'
import { registerCalibrate } from './calibrate.ts'
import { registerEngine } from './engine.ts'
import { registerSimulate } from './simulate.ts'

const folder = mkdtempSync(join(tmpdir(), 'reprise-calibrate-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = (name: string, lines: readonly (object | string)[]) => {
  const path = join(folder, name)
  writeFileSync(path, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'))
  return path
}

const cfg = {
  ...{ num_blocks: 2_000, block_size: 4, max_num_seqs: 8, max_num_batched_tokens: 512, max_num_scheduled_tokens: 512 },
  ...{ policy: 'fcfs', reserve_full_isl: true, watermark: 0, long_prefill_token_threshold: 0, async_scheduling: false },
  ...{ chunked: true, hash_algo: 'sha256', max_model_len: 4_000, free_blocks_at_start: 1_999 },
}

/** Steps of one to three requests, a second apart, of 5 ms, 0.02 ms a prefill token, 0.3 ms a sequence and what contexts cost. */
function stepLog(): object[] {
  return Array.from({ length: 200 }, (_, s) => {
    const before = (s * 37) % 1_500
    const decodes = Array.from({ length: s % 4 }, (_, at): [string, number, number] => [`d${at}`, 1, before + 97 * at])
    const tokens = 2 + ((s * 53) % 400)
    const prefill: [string, number, number][] = s % 4 === 0 || s % 3 === 0 ? [[`p${s}`, tokens, before]] : []
    const contexts = prefill.length * tokens * (before + (tokens + 1) / 2)
    const held = decodes.reduce((sum, [, , each]) => sum + each + 1, 0)
    const ms = 5 + 0.02 * tokens * prefill.length + (40 * contexts) / 1e6 + 0.3 * decodes.length + (0.1 * held) / 1e3
    return {
      s,
      t: s,
      run: [...decodes, ...prefill].map((entry, at) => [`${s}.${at}`, ...entry.slice(1)]),
      R: 1,
      W: 0,
      free: 9,
      e: ms / 1e3,
    }
  })
}

test('a log gives its constants; the description is one that predict takes, beside what was measured', async () => {
  const steps = file('steps.jsonl', [{ cfg }, ...stepLog()])
  const out = join(folder, 'engine.json')
  const fitted = await runRegistered(registerCalibrate, [
    'calibrate',
    'engine',
    '--steps',
    steps,
    '--model',
    'mine',
    '--out',
    out,
  ])
  expect(fitted).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/engine\.json/) })
  expect(fitted.stdout).toMatch(/^step time \(linear\) of 200 steps, \d of which did not count$/m)
  expect(fitted.stdout).toMatch(/^ {2}prefillMsPerToken +0\.020000$/m)
  expect(fitted.stdout).toMatch(/^R2 1\.0000 .*held out: p50 0\.0 %, p90 0\.0 %$/m)
  const engine = EngineConfig.parse(JSON.parse(readFileSync(out, 'utf8')))
  expect(engine).toMatchObject({ model: 'mine', scheduler: { maxNumSeqs: 8, numBlocks: 2_000 } })

  const token_formula =
    'x=(block*4+j+1)>>>0; x=imul(x^(x>>>16),0x45d9f3b); x=imul(x^(x>>>16),0x45d9f3b); x=(x^(x>>>16))>>>0; word=x%4096; token id=256+word; text = " "+words[word]'
  const turns = [{ in: 80, out: 11, delay: 0.5, blocks: [[0, 20]], tail: 900 }]
  const plan = file('plan.json', [{ block_size: 4, token_formula, lanes: [['a']], sessions: [{ id: 'a', turns }] }])
  const records = file('records.jsonl', [
    { req: 'a.0', sent: 0.5, first: 0.51, last: 0.56, in: 80, out: 11, cached: 0 },
  ])
  const words = ['engine', 'predict', '--plan', plan, '--engine', out]
  const told = await runRegistered(registerEngine, [...words, '--records', records, '--scheduler-of', steps])
  expect(told.stdout).toMatch(/^ +predicted +measured +error +punctual$/m)
  // 5 + 80 x 0.02 ms, and the context of 80 tokens.
  expect(told.stdout).toMatch(/^TTFT p50, ms +6\.7 +10\.0 +-32\.7 % +6\.7$/m)
  expect(told.stdout).toMatch(/^hit rate, % +0\.000 +0\.000 +\+0\.000 points +0\.000$/m)
  const json = JSON.parse((await runRegistered(registerEngine, [...words, '--records', records, '--json'])).stdout)
  expect(json).toMatchObject({ schema: 'engine-prediction/1', requests: [{ id: 'a.0', measured: { firstMs: 510 } }] })
})

test('the records of a run alone give the constants of its engine', async () => {
  const run = join(folder, 'run')
  await runRegistered(registerSimulate, ['simulate', '--lanes', '6', '--duration', '8m', '--quiet', '--out', run])
  const out = join(folder, 'of-records.json')
  const words = ['calibrate', 'engine', '--records', join(run, 'records.jsonl'), '--scheduler', 'vllm', '--out', out]
  const { stdout, exitCode } = await runRegistered(registerCalibrate, words)
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^step time \(linear\) of the records of \d+ requests, \d+ of whose times did not count$/m)
  expect(stdout).toMatch(/^of times held out: error p50 0\.\d %/m)
  const found = EngineConfig.parse(JSON.parse(readFileSync(out, 'utf8')))
  const known = defaultEngine().stepTime
  for (const [name, value] of Object.entries(known))
    expect(found.stepTime[name as keyof typeof found.stepTime] as unknown as number, name).toBeCloseTo(value, 3)
  expect(found.frontend?.inMs).toBeCloseTo(0, 3)
})

test('what cannot be fitted or read is refused with its place and the cure', async () => {
  const short = file('short.jsonl', [{ cfg }, ...stepLog().slice(0, 20)])
  const few = file('few.jsonl', [{ req: 'a', sent: 0.5, first: 0.51, last: 0.56, in: 80, out: 11, cached: 16 }])
  const untoldOf = (requests: number) =>
    Array.from({ length: requests }, (_, at) => ({
      ...{ id: `a${at}`, phase: 'profiling', outcome: { kind: 'ok' }, dueMs: 500, sentMs: 500 },
      ...{ firstTokenMs: 510, lastTokenMs: 560, inputTokens: 80, outputTokens: 11 },
    }))
  const untold = file('untold.jsonl', untoldOf(30))
  const untoldFew = file('untold-few.jsonl', untoldOf(1))
  const uncached = file('uncached.json', [{ scheduler: { enablePrefixCaching: false } }])
  const decodes = file('decodes.jsonl', [{ cfg }, ...stepLog().filter((_, at) => at % 4 !== 0 && at % 3 !== 0)])
  const refusals: [string[], RegExp][] = [
    [['--steps', short], /short\.jsonl: 20 steps with a duration are too few/],
    [['--steps', decodes], /decodes\.jsonl: no step of the log has what prefillMsPerToken counts/],
    [['--steps', join(folder, 'none')], /--steps .*none/],
    [['--steps', short, '--records', short], /short\.jsonl: no record of a request/],
    [[], /give --steps, a step log, or --records of a run and --scheduler/],
    [['--records', few], /describe it with --scheduler/],
    [['--records', few, '--scheduler', 'vllm'], /few\.jsonl: 1 answered requests are too few/],
    [['--records', untold, '--scheduler', 'vllm'], /untold\.jsonl: no request found anything .*--enable-cache-report/],
    [['--records', untoldFew, '--scheduler', uncached], /untold-few\.jsonl: 1 answered requests are too few/],
    [['--records', untoldFew, '--scheduler', 'vllm'], /untold-few\.jsonl: 1 answered requests are too few/],
    [['--steps', short, '--scheduler', 'vllm'], /--scheduler: a step log has its own scheduler/],
  ]
  for (const [words, message] of refusals) {
    const run = await runRegistered(registerCalibrate, ['calibrate', 'engine', ...words])
    expect(run.exitCode).toBe(2)
    expect(run.stderr).toMatch(message)
  }
})
