import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { type ActionRun, checkOut, commandsIn, runAction } from './run-action.ts'
import { temporaryFolder } from './temporary-folder.ts'

let repository: string
beforeEach(() => {
  repository = checkOut(join(temporaryFolder(), 'repository'))
})

const generate = (inputs: Record<string, string>): Promise<ActionRun> =>
  runAction({ entry: 'generate-matrix', repository, inputs })
const list = (text: string | undefined): { id: string; configKey: string; job: { topology: { kind: string } } }[] =>
  JSON.parse(text ?? 'null')
const idsOf = (text: string | undefined) => list(text).map(({ id }) => id)
const sweepIds = () => idsOf(JSON.stringify(JSON.parse(readFileSync(join(repository, 'sweep.json'), 'utf8')).jobs))

test('entries by key: the sweep file, the matrix, what it costs, the summary', async () => {
  const { code, outputs, summary, log } = await generate({
    'config-keys': 'sim-fp8-local-sim',
    'scenario-type': 'agentic-coding',
    'duration-override': '4',
    'debug-trace': 'true',
  })
  expect({ code, log }).toMatchObject({ code: 0 })
  expect(outputs).toMatchObject({
    jobs: '3',
    shards: '[0]',
    canary: '[]',
    'sweep-file': join(repository, 'sweep.json'),
  })
  expect(idsOf(outputs.matrix)).toEqual(sweepIds())
  expect(list(outputs.matrix)).toMatchObject([
    { job: { scenario: { durationS: 4 } }, row: { duration: 4 }, debugTrace: true, schema: 'sweep-job/2' },
    {},
    {},
  ])
  expect(JSON.parse(outputs.estimate!)).toMatchObject({ schema: 'sweep-estimate/1', jobs: 3 })
  expect(summary).toContain('### 3 jobs planned')
  expect(summary).toContain('| sim-fp8-local-sim | 3 | 1 | ubuntu-latest | yes |')
})

test('a canary goes first, and the rest without it; a shard finds the same one again', async () => {
  const inputs = { 'config-keys': 'sim-*', 'scenario-type': 'agentic-coding', canary: 'without' }
  const { outputs } = await generate(inputs)
  const [canary] = idsOf(outputs.canary)
  expect(sweepIds()[0]).toBe(canary)
  expect(idsOf(outputs.matrix)).toEqual(sweepIds().slice(1))
  expect(outputs.jobs).toBe('7')
  const shard = await generate({ shard: '0', canary: 'without' })
  expect(shard.outputs).toMatchObject({ jobs: '6', matrix: outputs.matrix })
  const only = await generate({ ...inputs, canary: 'only' })
  expect([idsOf(only.outputs.matrix), sweepIds()]).toEqual([[canary], [canary]])
})

test('jobs of several nodes have no canary, and none of them is left out', async () => {
  const { outputs, code } = await generate({ command: 'full-sweep', 'model-prefix': 'dsr1', canary: 'without' })
  expect({ code, canary: list(outputs.canary).length }).toEqual({ code: 0, canary: 1 })
  const several = list(outputs.matrix).filter(({ job }) => job.topology.kind === 'multi')
  expect(several.length).toBeGreaterThan(0)
  writeFileSync(join(repository, 'sweep.json'), JSON.stringify({ schema: 'sweep-plan/1', jobs: several }))
  const shard = await generate({ shard: '0', canary: 'without' })
  expect(idsOf(shard.outputs.matrix)).toEqual(several.map(({ id }) => id))
})

test('a sweep that is too large for one matrix comes in shards that are the sweep again', async () => {
  const { outputs, code } = await generate({ command: 'full-sweep', order: 'file' })
  expect({ code, shards: outputs.shards, matrix: outputs.matrix }).toEqual({
    code: 0,
    shards: '[0,1]',
    matrix: undefined,
  })
  const shards = await Promise.all(['0', '1'].map((shard) => generate({ shard })))
  expect(shards.flatMap((shard) => idsOf(shard.outputs.matrix))).toEqual(sweepIds())
  for (const shard of shards) {
    expect(list(shard.outputs.matrix).length).toBeLessThanOrEqual(256)
    expect(shard.outputs.matrix!.length).toBeLessThan(500_000)
  }
  const { code: beyond, log } = await generate({ shard: '2' })
  expect([beyond, log]).toEqual([1, expect.stringContaining('::error::the jobs cannot be split: ')])
})

test('a wrong configuration is an annotation at its line', async () => {
  const file = join(repository, 'configs/local.yaml')
  const text = readFileSync(file, 'utf8').replace('tp: 1, conc-list: [1, 4, 16]', 'tp: one, conc-list: [1]')
  writeFileSync(file, text)
  const at = text.split('\n').findIndex((line) => line.includes('tp: one')) + 1
  const { code, log, outputs } = await generate({
    'config-keys': 'sim-fp8-local-sim',
    'config-files': 'configs/local.yaml',
  })
  expect({ code, outputs }).toEqual({ code: 1, outputs: {} })
  expect(log).toMatch(
    new RegExp(`^::error file=configs/local.yaml,line=${at},col=\\d+,title=wrong-type::tp is "one"`, 'm'),
  )
  expect(log).toMatch(/^::error::matrix test-config ended with 2 \(a file or an input is wrong\): tp is "one"/m)
})

test('finding nothing is red, but where it is said to be fine', async () => {
  const none = { command: 'full-sweep', 'model-prefix': 'nobody' }
  expect(await generate(none)).toMatchObject({ code: 1, outputs: {} })
  expect(await generate({ ...none, 'allow-empty': 'true' })).toMatchObject({
    code: 0,
    outputs: { jobs: '0', shards: '[]', matrix: '[]' },
  })
})

describe('hostile inputs reach no shell and no command stream', () => {
  const texts = ['$(touch pwned)`touch pwned`\';touch pwned;"|', '::set-output name=jobs::9', '##[add-path]x']
  test.each(texts)('%s', async (text) => {
    for (const inputs of [
      { 'config-keys': `sim-*\n${text}` },
      { 'config-keys': `sim-*\r\n::add-mask::x`, 'runner-config': text },
      { 'config-keys': 'sim-*', 'config-files': text },
      { command: text },
      { command: 'changed', 'base-ref': text, 'head-ref': `\n::set-env name=A::b${text}` },
      { 'config-keys': 'sim-*', repository: text },
      { shard: text },
      { shard: '0', 'sweep-file': text },
    ]) {
      const { code, log, outputs } = await generate(inputs as Record<string, string>)
      expect({ inputs, code, outputs }).toEqual({ inputs, code: 1, outputs: {} })
      expect(commandsIn(log)).toEqual([])
    }
    expect(() => readFileSync(join(repository, 'pwned'))).toThrow('ENOENT')
  })
})
