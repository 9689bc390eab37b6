import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Result } from '@reprise/result-aggregator/run'
import { HubStandIn } from '@reprise/trace/fixtures'
import { describe, expect, test } from 'vitest'
import { runHere } from './run-here.ts'
import { temporaryFolder } from './temporary-folder.ts'

interface Request {
  readonly t: number
  readonly in: number
  readonly hash_ids?: readonly number[]
  readonly api_time?: number
}

function trace(id: string, requests: readonly object[], blockSize = 64): string {
  return JSON.stringify({ id, block_size: blockSize, requests })
}

/** Ten turns of one session: each prompt has ten blocks of 64 tokens more than the one before. */
function growing(change: (request: Request) => Request = (request) => request): object[] {
  return Array.from({ length: 10 }, (_, turn) => {
    const ids = Array.from({ length: 10 * (turn + 1) }, (_, id) => id)
    return { out: 4, ...change({ t: 10 * turn, in: 64 * ids.length + 5, hash_ids: ids, api_time: 1 }) }
  })
}

function withSubagent(id: string, marker: number, inner: number): string {
  const request = { in: 640, out: 4, hash_ids: Array.from({ length: 10 }, (_, block) => block), api_time: 1 }
  const subagent = { t: marker, type: 'subagent', duration_ms: 20_000, requests: [{ ...request, t: inner }] }
  return trace(id, [{ ...request, t: 0, api_time: marker - 1 }, subagent, { ...request, t: marker + 30 }])
}

/** The result of a simulation of every trace in a folder, once. */
async function resultOf(folder: string, ...more: readonly string[]) {
  const out = join(temporaryFolder(), 'run')
  const args = ['--traces', folder, '--passes', '2', '--lanes', '1', '--quiet', '--out', out]
  const run = await runHere(['simulate', ...args, ...more])
  expect(run.stderr).not.toMatch(/^\s+at /m)
  return { ...run, result: Result.parse(JSON.parse(readFileSync(join(out, 'results.json'), 'utf8'))) }
}

const codesOf = ({ validity }: Result) => validity.reasons.map((reason) => reason.split(':', 1)[0])

describe('block ids that do not fit the lengths', () => {
  test.each([
    ['ids of another block size', 16, (request: Request) => request, { tooFewIds: 10, likelyBlockSize: 64 }],
    [
      'more ids than blocks',
      64,
      (request: Request) => ({ ...request, in: Math.floor(request.in / 4) }),
      { tooManyIds: 10 },
    ],
    ['no input', 64, (request: Request) => ({ ...request, in: 0 }), { noInput: 10 }],
    ['no ids', 64, ({ hash_ids: _, ...request }: Request) => request, { noIds: 10, coveredShare: 0 }],
  ])('%s: counted and told by trace stats, and in the result', async (_, blockSize, change, counts) => {
    const folder = temporaryFolder()
    for (const id of ['a', 'b']) writeFileSync(join(folder, `${id}.json`), trace(id, growing(change), blockSize))
    const doubled = Object.fromEntries(
      Object.entries(counts).map(([name, n]) => [name, name.endsWith('s') || name === 'noInput' ? 2 * n : n]),
    )
    const stats = await runHere(['trace', 'stats', folder, '--json'])
    expect(JSON.parse(stats.stdout).blockIds).toMatchObject({ turns: 20, ...doubled })
    expect(stats.stderr).toMatch(/^warning: misfit-blocks: .* in 20 of 20 turns/m)
    const { result, stderr } = await resultOf(folder)
    expect(result.provenance.corpusFacts?.blockIds).toMatchObject({ turns: 20, ...doubled })
    expect(codesOf(result)).toContain('misfit-blocks')
    expect(stderr).toMatch(/misfit-blocks/)
  })

  test('a corpus that fits has the hit rate of its recording and no warning', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'a.json'), trace('a', growing()))
    writeFileSync(join(folder, 'b.json'), trace('b', growing()))
    const { result, stderr } = await resultOf(folder)
    expect(codesOf(result)).not.toContain('misfit-blocks')
    expect(stderr).not.toMatch(/warning/)
  })
})

describe('subagent times', () => {
  const mixed = () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'a.json'), withSubagent('a', 500, 501))
    writeFileSync(join(folder, 'b.json'), withSubagent('b', 500, 0))
    writeFileSync(join(folder, 'c.json'), withSubagent('c', 900, 901))
    return folder
  }

  test('the traces decide by majority; the odd one is told everywhere', async () => {
    const folder = mixed()
    const times = { basis: 'start-absolute', decidedBy: 'traces', contraryTraces: 1 }
    const stats = await runHere(['trace', 'stats', folder])
    expect(stats.stdout).toMatch(/^requests +9\nsubagents +3 with 3 of them$/m)
    expect(stats.stdout).toMatch(/^subagent times +start-absolute, as the traces show, against 1 of them$/m)
    expect(stats.stderr).toMatch(/b\.json: b: its subagent times do not fit start-absolute/)
    const { result, stdout } = await resultOf(folder)
    expect(result.provenance.corpusFacts?.subagentTimes).toEqual(times)
    expect(codesOf(result)).toContain('mixed-times')
    expect(stdout).toMatch(/^- subagent times: read as start-absolute, as the traces show, against 1 of them$/m)
  })

  test('a flag decides against them, and is in the corpus digest and in the command that does it again', async () => {
    const folder = mixed()
    const forced = await resultOf(folder, '--subagent-times', 'start-relative')
    expect(forced.result.provenance.corpusFacts?.subagentTimes).toEqual({
      basis: 'start-relative',
      decidedBy: 'option',
      contraryTraces: 2,
    })
    expect(forced.result.provenance.command).toContain('--subagent-times start-relative')
    const auto = await resultOf(folder, '--subagent-times', 'auto')
    expect(auto.result.provenance.corpusDigest).not.toBe(forced.result.provenance.corpusDigest)
  })

  test.each([
    [['simulate', '--subagent-times', 'auto'], /--subagent-times is about recorded traces: name them with --traces/],
    [['bench', '--config-key', 'sim-fp8-local-sim', '--subagent-times', 'auto'], /name them with --traces/],
    [['bench', '--subagent-times', 'auto'], /--subagent-times is about the jobs of a configuration/],
    [['trace', 'stats', 'x', '--subagent-times', 'start'], /Allowed choices are auto, start-absolute, start-relative/],
  ])('%j is refused', async (args, message) => {
    const run = await runHere(args)
    expect([run.code, run.stderr]).toEqual([2, expect.stringMatching(message)])
  })
})

test('traces that could not be read are in the result: how many, which, and why', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'a.json'), trace('a', growing()))
  writeFileSync(join(folder, 'b.jsonl'), `${trace('b', growing())}\n{"id": nope}\n`)
  writeFileSync(join(folder, 'c\u202e.json'), '{"id": "c", "requ')
  execFileSync('mkfifo', [join(folder, 'pipe.json')])
  symlinkSync(join(folder, 'circle.json'), join(folder, 'circle.json'))
  const { result, code, stdout } = await resultOf(folder)
  expect(code).toBe(0)
  expect(result.provenance.corpusFacts?.files).toEqual({
    found: 5,
    leftOut: 3,
    tracesLeftOut: 1,
    firstLeftOut: [
      expect.stringMatching(/^b\.jsonl:2:9: not valid JSON/),
      expect.stringMatching(/^circle\.json: links that lead in a circle/),
      expect.stringMatching(/^c \.json:1:18: the JSON ends early/),
    ],
  })
  expect(codesOf(result)).toContain('unread-traces')
  expect(stdout).toMatch(/- unread-traces: 3 of 5 trace files and 1 trace of/)
})

describe('traces of other formats', () => {
  const row = (timestamp: number, ids: readonly number[]) =>
    JSON.stringify({ timestamp, input_length: 512 * ids.length, output_length: 4, hash_ids: ids })

  test('trace check ends with 2 where anything is wrong, and says where', async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'rows.jsonl')
    writeFileSync(file, [row(0, [1]), row(5, [1, 2])].join('\n'))
    expect(await runHere(['trace', 'check', file, '--expect-requests', '2'])).toMatchObject({ code: 0 })
    const missing = await runHere(['trace', 'check', file, '--expect-requests', '3'])
    expect([missing.code, missing.stdout]).toEqual([2, expect.stringContaining('3 requests expected, 2 found')])
    writeFileSync(file, [row(0, [1]), '{"timestamp":1}', row(5, [1, 2])].join('\n'))
    const wrong = await runHere(['trace', 'check', file, '--json'])
    expect(wrong.code).toBe(2)
    expect(JSON.parse(wrong.stdout)).toMatchObject({ ok: false, requests: 2, problems: [{ code: 'record', line: 2 }] })
  })

  test('trace convert writes what simulate replays, and what was lost beside it', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'a.json'), trace('a', growing()))
    const shard = join(folder, 'shards', 'a.jsonl.gz')
    mkdirSync(join(folder, 'shards'))
    const converted = await runHere(['trace', 'convert', join(folder, 'a.json'), '--to', 'dynamo', '--out', shard])
    expect(converted.code).toBe(0)
    const report = JSON.parse(readFileSync(`${shard}.losses.json`, 'utf8'))
    expect(report).toMatchObject({ from: 'weka', to: 'dynamo', traces: 1 })
    const { result } = await resultOf(join(folder, 'shards'))
    expect(result.provenance.corpusFacts?.files).toMatchObject({ found: 1, leftOut: 0 })
    expect(result.provenance.corpusFacts).toMatchObject({ format: 'dynamo', blockIds: { turns: 10, coveredShare: 1 } })
  })
})

describe('data sets of the Hub', () => {
  test('are taken where traces are, by a token of the environment that is told nowhere; the commit is in the result', async () => {
    const hub = new HubStandIn({ files: { 'data/a.jsonl': trace('a', growing()) }, token: 'hf_sesame' })
    await hub.start()
    try {
      const env = { HF_ENDPOINT: hub.endpoint, HF_TOKEN: 'hf_sesame', XDG_CACHE_HOME: temporaryFolder() }
      const out = join(temporaryFolder(), 'run')
      const words = ['--traces', 'hf:acme/traces/data', '--passes', '2', '--lanes', '1', '--quiet', '--out', out]
      const run = await runHere(['simulate', ...words], { env })
      expect([run.code, run.stderr]).toEqual([0, expect.not.stringMatching(/^error/m)])
      const text = readFileSync(join(out, 'results.json'), 'utf8')
      const { provenance } = Result.parse(JSON.parse(text))
      expect(provenance.corpusSource).toBe(`hf:acme/traces@${'a'.repeat(40)}/data`)
      for (const each of [text, readFileSync(join(out, 'run.json'), 'utf8'), run.stdout, run.stderr])
        expect(each).not.toContain('sesame')
      const asked = hub.requests.length
      const offline = await runHere(['trace', 'check', 'hf:acme/traces', '--json'], {
        env: { ...env, HF_HUB_OFFLINE: '1' },
      })
      expect([offline.code, JSON.parse(offline.stdout).requests]).toEqual([0, 10])
      expect(hub.requests).toHaveLength(asked)
      const wrong = await runHere(['trace', 'stats', 'hf:acme/traces'], { env: { ...env, HF_TOKEN: 'hf_other' } })
      expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/the token in HF_TOKEN may not read it/)])
    } finally {
      await hub.stop()
    }
  })
})

test('what requests wait for is a choice, and is named in stats and in the result', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'a.json'), withSubagent('a', 500, 501))
  const stats = await runHere(['trace', 'stats', folder])
  expect(stats.stdout).toMatch(/^waits +markers, as the traces are read$/m)
  const { result, stdout } = await resultOf(folder, '--edges', 'frontier')
  expect(stdout).toMatch(/^- waits of requests: frontier, as --edges says$/m)
  expect(result.provenance.corpusFacts?.edges).toEqual({ source: 'frontier', decidedBy: 'option' })
  expect(result.provenance.command).toContain('--edges frontier')
})
