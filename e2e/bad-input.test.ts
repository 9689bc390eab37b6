import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { CliRun } from './run-cli.ts'
import { runHere, serveHere } from './run-here.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** The last thing said is one line for people: no stack, nothing of the terminal's. */
function expectClearEnd(run: CliRun, code: number, message: RegExp): void {
  expect(run.stderr).toMatch(message)
  expect(run.stderr).not.toMatch(/^\s+at .*\(|\bnode:internal|UnhandledPromise/m)
  expect(run.code).toBe(code)
}

describe('flags', () => {
  test.each([
    [['replay'], /required option '--url <url>'/],
    [['simulate', '--lane', '4'], /unknown option '--lane'/],
    [
      ['simulate', '--lanes', 'many'],
      /'--lanes <n,\.\.\.>' argument 'many' is invalid\. Write a whole number of at least 1/,
    ],
    [['simulate', '--lanes', '0'], /whole number of at least 1/],
    [['simulate', '--duration', 'soon'], /Write seconds, or a number with a unit/],
    [['simulate', '--start', '0.7-0.2'], /Write a share from 0 to 1, or a range/],
    [['simulate', '--seed', '-1'], /Write a whole number, or 'random'/],
    [['simulate', '--duration', '5', '--passes', '1'], /exclude each other/],
    [['simulate', '--preset', 'agentx-v9'], /there is no preset "agentx-v9"; take one of agentx-v0\.1, fixed-seq-len,/],
    [['simulate', '--engine', 'nowhere.json'], /--engine nowhere\.json: no such file or folder; check the path/],
    [
      ['simulate', '--engine', 'vllm:model=lama,gpu=h100'],
      /the shape of model "lama" is not known; did you mean Llama/,
    ],
    [['replay', '--url', 'not a url'], /not a url/],
    [['dance'], /unknown command 'dance'/],
  ])('%j', async (args, message) => {
    expectClearEnd(await runHere(args), 2, message)
  })
})

describe('traces', () => {
  test('a folder that does not exist', async () => {
    expectClearEnd(await runHere(['trace', 'stats', 'no/such/folder']), 2, /no\/such\/folder/)
  })

  test('an empty folder', async () => {
    const folder = temporaryFolder()
    expectClearEnd(await runHere(['simulate', '--traces', folder]), 2, /no .*\.json/)
  })

  test('truncated JSON among good files is named and counted, and the rest is used', async () => {
    const folder = temporaryFolder()
    await runHere(['trace', 'synth', '--out', folder, '--traces', '3', '--scale', '0.05', '--turn-scale', '0.1'])
    writeFileSync(join(folder, 'broken.json'), '{"id": "broken", "requests": [{"t": 0.0, "in')
    const run = await runHere(['trace', 'stats', folder, '--json'])
    expect(run.code).toBe(0)
    expect(JSON.parse(run.stdout)).toMatchObject({ traces: 3 })
    expect(run.stderr).toMatch(/broken\.json:1/)
    expect(run.stderr).toMatch(/1 file or trace was left out; the rest is used/)
  })
})

describe('servers', () => {
  const brief = ['--lanes', '1', '--duration', '2']
  const small = [...brief, '--time-scale', '0.01']

  test('down', async () => {
    expectClearEnd(
      await runHere(['replay', '--url', 'http://127.0.0.1:9', ...small]),
      3,
      /127\.0\.0\.1:9.*(refused|start)/i,
    )
  })

  test.each([
    [['--port', '0', '--host', ''], 2, /--host.*0\.0\.0\.0 for all/],
    [['--port', '70000'], 2, /--port.*from 0 to 65535/],
    [['--port', '0', '--speedup', '0'], 2, /--speedup.*a number above 0/],
    [['--port', '0', '--fail', '1%', '--fail-stall', '5s'], 2, /--fail-stall.*add --fail-kind stall/],
    [['--port', '0', '--tokenizer', 'package.json'], 2, /package\.json: no tokenizer\.json of a kind that is read/],
    [
      ['--port', '0', '--log', join(import.meta.dirname, 'none/log.jsonl')],
      2,
      /--log .*none.log\.jsonl: cannot be written/,
    ],
    [['--port', '0', '--host', '203.0.113.1'], 3, /cannot listen on 203\.0\.113\.1/],
  ])('of our own that cannot be started: serve %j', async (args, code, message) => {
    expectClearEnd(await runHere(['serve', ...args]), code, message)
  })

  test('that does not know the model', async () => {
    const server = await serveHere()
    const run = await runHere(['replay', '--url', server.url, '--model', 'gpt-0', ...small])
    await server.stop()
    expectClearEnd(run, 3, /gpt-0.*reprise-sim/)
  })

  test('that refuses prompts as too long: truncated, not failed', async () => {
    const folder = temporaryFolder()
    const engine = join(folder, 'engine.json')
    writeFileSync(engine, JSON.stringify({ scheduler: { maxModelLen: 1024 } }))
    const server = await serveHere(['--engine', engine])
    const out = join(folder, 'run')
    const args = [
      '--url',
      server.url,
      ...brief,
      '--time-scale',
      '0.001',
      '--max-context',
      '1000000',
      '--out',
      out,
      '--json',
      '--quiet',
    ]
    const run = await runHere(['replay', ...args])
    await server.stop()
    const result = JSON.parse(run.stdout) as { counts: { failed: number; truncated: number; refusedAsTooLong: number } }
    expect(result.counts.failed).toBe(0)
    expect(result.counts.refusedAsTooLong).toBeGreaterThan(0)
    expect(run.stderr).not.toMatch(/^\s+at /m)
  })
})

test('a run folder is never overwritten unasked', async () => {
  const folder = temporaryFolder()
  const args = ['simulate', '--lanes', '2', '--passes', '1', '--out', join(folder, 'run'), '--quiet']
  expect((await runHere(args)).code).toBe(0)
  expectClearEnd(await runHere(args), 2, /holds a run already.*overwr/)
  expect((await runHere([...args, '--overwrite'])).code).toBe(0)
})
