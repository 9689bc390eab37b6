import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { type ActionRun, checkOut, commandsIn, runAction } from './run-action.ts'
import { temporaryFolder } from './temporary-folder.ts'

let repository: string
beforeEach(() => {
  repository = checkOut(join(temporaryFolder(), 'repository'))
})

const generate = (inputs: Record<string, string>): Promise<ActionRun> =>
  runAction({ entry: 'generate-matrix', repository, inputs })
const list = (
  text: string | undefined,
): {
  id: string
  configKey: string
  profile: string
  fingerprint?: string
  job: { topology: { kind: string } }
}[] => JSON.parse(text ?? 'null')
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
  const { outputs, code } = await generate({ command: 'full-sweep', filters: 'model-prefix=dsr1', canary: 'without' })
  expect({ code, canary: list(outputs.canary).length }).toEqual({ code: 0, canary: 1 })
  const { jobs } = JSON.parse(readFileSync(join(repository, 'sweep.json'), 'utf8')) as { jobs: ReturnType<typeof list> }
  const several = jobs.filter(({ job }) => job.topology.kind === 'multi')
  expect(several.length).toBeGreaterThan(0)
  writeFileSync(join(repository, 'sweep.json'), JSON.stringify({ schema: 'sweep-plan/1', jobs: several }))
  const fleets = new Set(several.map(({ profile }) => profile))
  const shards = await Promise.all([...fleets].map((_, i) => generate({ shard: `${i}` })))
  expect(shards.flatMap((shard) => idsOf(shard.outputs.matrix)).sort()).toEqual(several.map(({ id }) => id).sort())
})

test('a sweep that is too large for one matrix comes in shards of one fleet each, which are the sweep again', async () => {
  const { outputs, code } = await generate({ command: 'full-sweep', order: 'file' })
  const indices = JSON.parse(outputs.shards!) as number[]
  expect({ code, matrix: outputs.matrix, first: indices[0] }).toEqual({ code: 0, matrix: undefined, first: 0 })
  const shards = await Promise.all(indices.map((shard) => generate({ shard: `${shard}`, digest: outputs.digest! })))
  expect(shards.flatMap((shard) => idsOf(shard.outputs.matrix)).sort()).toEqual(sweepIds().sort())
  for (const shard of shards) {
    const jobs = list(shard.outputs.matrix)
    expect(new Set(jobs.map(({ profile }) => profile)).size).toBe(1)
    expect(jobs.length).toBeLessThanOrEqual(256)
    expect(Number(shard.outputs['max-parallel'])).toBe(jobs.length)
    expect(shard.outputs.matrix!.length).toBeLessThan(500_000)
  }
  const { code: beyond, log } = await generate({ shard: `${indices.length}` })
  expect([beyond, log]).toEqual([1, expect.stringContaining('::error::the jobs cannot be split: ')])
})

test('a plan that is not the one that the sweep began with is not cut', async () => {
  const { outputs } = await generate({ 'config-keys': 'sim-fp8-local-sim' })
  const file = join(repository, 'sweep.json')
  const plan = JSON.parse(readFileSync(file, 'utf8')) as { jobs: unknown[] }
  writeFileSync(file, JSON.stringify({ ...plan, jobs: plan.jobs.slice(1) }))
  const { code, log, outputs: none } = await generate({ shard: '0', digest: outputs.digest! })
  expect({ code, none }).toEqual({ code: 1, none: {} })
  expect(log).toContain('is not the plan that this sweep began with')
})

test('what cannot be launched is refused with the list, and so is what costs more than it may', async () => {
  rmSync(join(repository, 'benchmarks/sim-fp8-local-sim.yaml'))
  const launches = await generate({ 'config-keys': 'sim-fp8-local-sim', 'require-launches': 'true' })
  expect(launches).toMatchObject({ code: 1, outputs: {} })
  expect(launches.log).toMatch(
    /^::error file=configs.local.yaml,.*title=recipe::sim-fp8-local-sim has no recipe: \d+ of its jobs/m,
  )
  const costs = await generate({ 'config-keys': 'sim-fp8-local-sim', 'budget-gpu-hours': '1' })
  expect(costs).toMatchObject({ code: 1, outputs: {} })
  expect(costs.log).toMatch(
    /::error title=budget::the sweep takes about [\d.]+ GPU hours; the budget is 1.*confirm-gpu-hours \d+/,
  )
  const meant = await generate({
    'config-keys': 'sim-fp8-local-sim',
    'budget-gpu-hours': '1',
    'confirm-gpu-hours': '99',
  })
  expect(meant.code).toBe(0)
  expect(meant.summary).toMatch(/About [\d.]+ GPU hours; .* The budget is 1 GPU hours, 99 confirmed\./)
})

test('how many jobs a fleet takes at once, and what is taken over from an earlier sweep', async () => {
  const profile = join(repository, 'runners/local.yaml')
  writeFileSync(profile, `${readFileSync(profile, 'utf8')}max-parallel: 2\n`)
  const inputs = { 'config-keys': 'sim-fp8-local-sim', 'scenario-type': 'agentic-coding' }
  const usual = await generate(inputs)
  expect(usual.outputs).toMatchObject({ 'max-parallel': '2', reused: '' })
  const [first, ...others] = list(usual.outputs.matrix)
  const point = {
    ...{ id: first!.id, fingerprint: first!.fingerprint, imageDigest: `sha256:${'0'.repeat(64)}` },
    ...{ replaySemantics: 'other', corpusOrigin: 'synthetic', measuredAt: new Date().toISOString(), run: '7' },
  }
  writeFileSync(join(repository, 'index.json'), JSON.stringify({ schema: 'result-index/1', points: [point] }))
  const { outputs, summary } = await generate({ ...inputs, reuse: 'index.json' })
  expect(outputs).toMatchObject({ jobs: '3', reused: '' })
  expect(summary).toContain('- 1 measured: it was replayed by other rules than those of this build')
  expect(summary).toContain(`- ${others.length} measured: not measured before`)
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
  const none = { command: 'full-sweep', filters: 'model-prefix=nobody' }
  expect(await generate(none)).toMatchObject({ code: 1, outputs: {} })
  expect(await generate({ ...none, 'allow-empty': 'true' })).toMatchObject({
    code: 0,
    outputs: { jobs: '0', shards: '[]', matrix: '[]' },
  })
})

test('hostile inputs reach no shell and no command stream', async () => {
  const texts = ['$(touch pwned)`touch pwned`\';touch pwned;"|', '::set-output name=jobs::9', '##[add-path]x']
  // A step is a process: each text in each input would be thrice as many.
  const inputsOf: readonly ((text: string) => Record<string, string>)[] = [
    (text) => ({ 'config-keys': `sim-*\n${text}` }),
    (text) => ({ 'config-keys': `sim-*\r\n::add-mask::x`, 'runner-config': text }),
    (text) => ({ 'config-keys': 'sim-*', 'config-files': text }),
    (text) => ({ command: text }),
    (text) => ({ command: 'changed', 'base-ref': text, 'head-ref': `\n::set-env name=A::b${text}` }),
    (text) => ({ 'config-keys': 'sim-*', repository: text }),
    (text) => ({ shard: text }),
    (text) => ({ shard: '0', 'sweep-file': text }),
  ]
  for (const [index, each] of inputsOf.entries()) {
    const inputs = each(texts[index % texts.length]!)
    const { code, log, outputs } = await generate(inputs)
    expect({ inputs, code, outputs }).toEqual({ inputs, code: 1, outputs: {} })
    expect(commandsIn(log)).toEqual([])
  }
  expect(() => readFileSync(join(repository, 'pwned'))).toThrow('ENOENT')
})
