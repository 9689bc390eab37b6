import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { LaunchEndRecord, LaunchFailureRecord, LaunchRecord, processHost, ServerRecord } from '@reprise/launcher'
import { agenticHour, doing, sweepJobWith } from '@reprise/matrix-generator/fixtures'
import { expect, onTestFinished, test } from 'vitest'
import { type CliRun, runCli, type StartedCli, startCli } from './run-cli.ts'
import { root } from './sources.ts'
import { temporaryFolder } from './temporary-folder.ts'

const deadlineMs = 40_000
const host = processHost()

const fakeServer = join(root, 'packages/launcher/src/testing/fake-server.fixture.ts')

const simJob = sweepJobWith(
  {
    image: 'reprise/sim:local',
    model: 'reprise/sim-8b',
    modelPrefix: 'sim',
    framework: 'sim',
    runner: 'cluster:local',
    scenario: { ...agenticHour, durationS: 4 },
    name: 'sim_tp1_conc1_kvnone',
    evaluation: { run: false },
  },
  {
    id: '3dcbd2e1adfa85dc',
    name: 'sim_tp1_conc1_kvnone',
    configKey: 'sim-fp8-local-sim',
    profile: 'local',
    runsOn: ['ubuntu-latest'],
    recipe: 'benchmarks/sim-fp8-local-sim.yaml',
  },
)

test('a detached server lives on, answers, and is stopped with all it started; stopping it twice is fine', async () => {
  const here = place()
  const { state } = here
  const run = await launchRun(here, '--detach', '--json').ended
  expect(run.code, run.stderr).toBe(0)
  const record = LaunchRecord.parse(JSON.parse(run.stdout))
  expect(LaunchRecord.parse(readJson(join(state, 'launch.json')))).toEqual(record)
  expect(record).toMatchObject({ model: 'reprise/sim-8b', state, logFile: join(state, 'server.log') })
  expect(record.label).toMatch(/^reprise-3dcbd2e1adfa85dc-/)
  expect((await fetch(record.metricsUrl!)).status).toBe(200)
  expect(readFileSync(record.logFile, 'utf8')).toContain(record.url)

  const again = await launchRun(here, '--detach').ended
  expect(again.code).toBe(2)
  expect(again.stderr).toContain('is the folder of a server that still runs')

  const end = await stop(state)
  expect(end).toMatchObject({ label: record.label, diedEarly: false })
  expect(end.removed).toBeGreaterThan(0)
  expect(await host.countOwned(record.label)).toBe(0)
  await expect(fetch(record.url)).rejects.toThrow()
  expect(await stop(state)).toEqual({ ...end, removed: 0 })
  expect(readJson(join(state, 'launch-end.json'))).toEqual(end)
})

test('a server that died before it was stopped is told, with how', async () => {
  const here = place({ deeds: ['exit-after=1500', `serve=\${port}`] })
  const { state } = here
  expect(await launchRun(here, '--detach').ended).toMatchObject({ code: 0 })
  const { label } = ServerRecord.parse(readJson(join(state, 'server.json')))
  await expect.poll(() => host.countOwned(label), { timeout: deadlineMs }).toBe(0)
  expect(await stop(state)).toEqual({ schema: 'launch-end/1', label, diedEarly: true, exitCode: 3, removed: 0 })
  const words = await runCli(['launch', 'stop', '--state', state])
  expect(words).toMatchObject({ code: 0, stdout: 'the server had ended before (exit code 3); nothing was left\n' })
})

test('held in the foreground until Ctrl-C', async () => {
  const here = place()
  const { state } = here
  const { child, ended } = launchRun(here)
  await fileThere(join(state, 'launch.json'))
  const { label, url } = LaunchRecord.parse(readJson(join(state, 'launch.json')))
  expect((await fetch(`${url}/health`)).status).toBe(200)
  child.kill('SIGINT')
  const run = await ended
  expect(run).toMatchObject({ code: 0 })
  expect(run.stdout).toMatch(/^reprise\/sim-8b on http:\S+ \(start .* warm .*\); Ctrl-C ends it\n$/)
  expect(run.stderr).toContain('launch: warm, until a first request is answered')
  expect(await host.countOwned(label)).toBe(0)
})

test('held in the foreground, a server that ends by itself is told', async () => {
  const here = place({ deeds: ['exit-after=1500', `serve=\${port}`] })
  const { state } = here
  const run = await launchRun(here, '--quiet').ended
  expect(run.code).toBe(3)
  expect(run.stderr).toContain(`the server has ended (exit code 3); its log is ${join(state, 'server.log')}`)
})

test('interrupted while the server loads: nothing is left, and the exit code says why', async () => {
  const here = place({ deeds: ['say=loading', 'ignore-term', 'hang'] })
  const { state } = here
  const { child, ended } = launchRun(here, '--detach')
  const label = await labelIn(state)
  child.kill('SIGTERM')
  expect(await ended).toMatchObject({ code: 143 })
  expect(await host.countOwned(label)).toBe(0)
  expect(existsSync(join(state, 'launch.json'))).toBe(false)
})

test('killed while the server loads: stopping finds it by its label', async () => {
  const here = place({ deeds: ['hang'] })
  const { state } = here
  const { child, ended } = launchRun(here, '--detach')
  const label = await labelIn(state)
  child.kill('SIGKILL')
  await ended
  expect(await host.countOwned(label)).toBeGreaterThan(0)
  expect(await stop(state)).toMatchObject({ label, diedEarly: false })
  expect(await host.countOwned(label)).toBe(0)
})

test.each([
  {
    why: 'its flags are wrong',
    deeds: ['complain=::error::unrecognized arguments: --tpp', 'exit=2'],
    code: 2,
    failure: { class: 'recipe', phase: 'load', logTail: ['::error::unrecognized arguments: --tpp'] },
  },
  {
    why: 'the host has no room',
    deeds: ['complain=No space left on device', 'exit=1'],
    code: 3,
    failure: { class: 'infrastructure', phase: 'load' },
  },
])('a server that ends at once as $why: exit code $code, a record, nothing left', async ({ deeds, code, failure }) => {
  const here = place({ deeds })
  const { state } = here
  const run = await launchRun(here, '--detach', '--json').ended
  expect(run).toMatchObject({ code, stdout: '' })
  expect(LaunchFailureRecord.parse(readJson(join(state, 'launch-failure.json')))).toMatchObject(failure)
  expect(run.stderr).toContain(`reprise: ${failure.class} failure in phase load: the server ended by itself`)
  // No line of a log stands where GitHub would take it for a command.
  expect(run.stderr).not.toMatch(/^::/m)
  expect(await host.countOwned(ServerRecord.parse(readJson(join(state, 'server.json'))).label)).toBe(0)
  expect(await stop(state)).toMatchObject({ diedEarly: false, removed: 0 })
})

test('a broken recipe and a job without one are told at their place, and leave a record', async () => {
  const broken = place({ recipe: 'title: [\n' })
  const run = await launchRun(broken).ended
  expect(run.code).toBe(2)
  expect(run.stderr).toContain('benchmarks/fake.yaml:2:1: error:')
  expect(readJson(join(broken.state, 'launch-failure.json'))).toMatchObject({ class: 'recipe', phase: 'start' })
  const { job } = place()
  const { recipe: _none, ...without } = simJob
  writeFileSync(job, JSON.stringify(without))
  expect(await runCli(['launch', 'plan', '--job', job], { deadlineMs })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('sim-fp8-local-sim has no recipe; write benchmarks/sim-fp8-local-sim.yaml'),
  })
})

test('a fleet of containers: the plan is printed, and starting it says who can', async () => {
  const { job, state } = place()
  const profile = join(root, 'runners/b200-dgxc.yaml')
  const plan = await runCli(['launch', 'plan', '--job', job, '--profile', profile], { deadlineMs })
  expect(plan).toMatchObject({ code: 0, stderr: '' })
  expect(plan.stdout).toContain('host     docker, image reprise/sim:local\ndevice   nvidia=0\n')
  const run = await runCli(['launch', 'run', '--job', job, '--state', state, '--profile', profile], { deadlineMs })
  expect(run.code).toBe(3)
  expect(run.stderr).toContain('this build launches on process hosts only')
  expect(readJson(join(state, 'launch-failure.json'))).toMatchObject({ class: 'infrastructure', phase: 'start' })
})

test.each([
  ['no JSON', '{', 'is not JSON; give one of the jobs'],
  ['another value', '{"schema":"sweep-plan/2","jobs":[]}', ': schema: '],
  ['a recipe elsewhere', JSON.stringify({ ...simJob, recipe: 'benchmarks/../../etc/passwd.yaml' }), ': recipe: '],
  ['a profile elsewhere', JSON.stringify({ ...simJob, profile: '../secrets' }), ': profile: '],
])('a job that is %s is refused', async (_what, text, message) => {
  const job = join(temporaryFolder(), 'job.json')
  writeFileSync(job, text)
  const run = await runCli(['launch', 'plan', '--job', job], { deadlineMs })
  expect(run.code).toBe(2)
  expect(run.stderr).toContain(message)
})

test('stopping where nothing was launched is fine, and writes nothing', async () => {
  const folder = temporaryFolder()
  expect(await stop(join(folder, 'nowhere'))).toEqual({ schema: 'launch-end/1', diedEarly: false, removed: 0 })
  expect(readdirSync(folder)).toEqual([])
  writeFileSync(join(folder, 'server.json'), '{"label":"reprise-x; rm -rf /"}')
  expect(await runCli(['launch', 'stop', '--state', folder], { deadlineMs })).toMatchObject({ code: 2 })
})

const passes = 'require("node:fs").writeFileSync(process.argv[2] + "/scores.json", "{}"); console.log(process.argv[1])'

test.each([
  {
    what: 'passes',
    command: [process.execPath, '-e', passes, `\${url}`, `\${out}`],
    code: 0,
    record: { outcome: 'passed', exitCode: 0 },
  },
  {
    what: 'fails',
    command: [process.execPath, '-e', 'process.exit(5)'],
    code: 4,
    record: { outcome: 'failed', exitCode: 5 },
  },
  {
    what: 'never ends',
    command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'],
    code: 4,
    record: { outcome: 'failed', message: 'it took longer than its 1 s' },
  },
  { what: 'is not configured', command: undefined, code: 4, record: { outcome: 'not-configured' } },
])('an evaluation that $what', async ({ command, code, record }) => {
  const { job, folder } = place({ recipe: recipeText(['hang'], command) })
  const out = join(folder, 'eval')
  const flags = ['--url', 'http://127.0.0.1:9', '--model', 'm', '--out', out, '--json']
  const run = await runCli(['launch', 'eval', '--job', job, ...flags], { deadlineMs, cwd: folder })
  expect(run.code, run.stderr).toBe(code)
  expect(JSON.parse(run.stdout)).toMatchObject(record)
  expect(readJson(join(out, 'eval.json'))).toEqual(JSON.parse(run.stdout))
  expect(run.stderr).toContain(`eval: ${record.outcome.replace('-', ' ')}`)
  expect(existsSync(join(out, 'scores.json'))).toBe(record.outcome === 'passed')
  if (record.outcome === 'passed') expect(readFileSync(join(out, 'eval.log'), 'utf8')).toBe('http://127.0.0.1:9\n')
})

test('an evaluation whose command was killed is ended like a server', async () => {
  const command = [process.execPath, '-e', 'setInterval(() => {}, 1000)']
  const { job, folder } = place({ recipe: recipeText(['hang'], command, 600) })
  const out = join(folder, 'eval')
  const flags = ['--url', 'http://127.0.0.1:9', '--model', 'm', '--out', out]
  const { child, ended } = startCli(['launch', 'eval', '--job', job, ...flags], { deadlineMs, cwd: folder })
  const label = await labelIn(out)
  onTestFinished(async () => void (await host.cleanUp(label, { graceS: 0.2 })))
  child.kill('SIGKILL')
  await ended
  expect(await host.countOwned(label)).toBeGreaterThan(0)
  expect((await stop(out)).removed).toBeGreaterThan(0)
  expect(await host.countOwned(label)).toBe(0)
})

test('what a job and its server are called reaches no shell', async () => {
  const { state, folder } = place()
  const hostile = `$(touch ${join(folder, 'pwned')}); \`touch ${join(folder, 'pwned')}\``
  const job = join(folder, 'hostile.json')
  writeFileSync(job, JSON.stringify({ ...doing(simJob, { name: hostile }), configKey: hostile }))
  const run = await runCli(['launch', 'run', '--job', job, '--state', state, '--detach', '--attempt', hostile], {
    deadlineMs,
  })
  expect(run.code, run.stderr).toBe(0)
  await stop(state)
  expect(existsSync(join(folder, 'pwned'))).toBe(false)
})

interface Place {
  /** Where the commands run. */
  readonly cwd: string
  readonly folder: string
  readonly job: string
  readonly state: string
}

/**
 * A job of the engine model, or, with `deeds` or the text of a recipe, one that starts the fake server in a small repository of its own.
 * Whatever it starts ends with the test.
 */
function place({ deeds, recipe = deeds && recipeText(deeds) }: { deeds?: string[]; recipe?: string } = {}): Place {
  const folder = temporaryFolder()
  const [job, state] = [join(folder, 'job.json'), join(folder, 'launch')]
  onTestFinished(async () => {
    const file = join(state, 'server.json')
    if (existsSync(file)) await host.cleanUp(ServerRecord.parse(readJson(file)).label, { graceS: 0.2 })
  })
  writeFileSync(job, JSON.stringify(recipe === undefined ? simJob : { ...simJob, recipe: 'benchmarks/fake.yaml' }))
  if (recipe === undefined) return { cwd: root, folder, job, state }
  for (const name of ['benchmarks', 'runners']) mkdirSync(join(folder, name))
  writeFileSync(join(folder, 'benchmarks/fake.yaml'), recipe)
  const profile = { name: 'local', host: 'process', vendor: 'none', 'runs-on': ['ubuntu-latest'] }
  const limits = { 'timeout-minutes': 5, 'stop-grace-s': 0.5 }
  writeFileSync(join(folder, 'runners/local.yaml'), JSON.stringify({ ...profile, ...limits }))
  return { cwd: folder, folder, job, state }
}

/** A recipe is YAML, and so is JSON. */
function recipeText(deeds: readonly string[], evaluation?: readonly string[], deadlineS = 1): string {
  return JSON.stringify({
    title: 'A server that does as it is told',
    engine: 'other',
    server: {
      command: [process.execPath, fakeServer, ...deeds],
      env: { PORT: `\${port}` },
      'health-path': '/health',
      'deadlines-s': { start: 10, load: 30, ready: 10, warm: 10 },
    },
    ...(evaluation && { evaluation: { command: evaluation, 'deadline-s': deadlineS } }),
  })
}

/** `launch run` of the place's job. */
function launchRun({ cwd, job, state }: Place, ...flags: string[]): StartedCli {
  return startCli(['launch', 'run', '--job', job, '--state', state, ...flags], { deadlineMs, cwd })
}

async function stop(state: string): Promise<LaunchEndRecord> {
  const run: CliRun = await runCli(['launch', 'stop', '--state', state, '--json'], { deadlineMs })
  expect(run.code, run.stderr).toBe(0)
  return LaunchEndRecord.parse(JSON.parse(run.stdout))
}

async function labelIn(state: string): Promise<string> {
  const file = join(state, 'server.json')
  await fileThere(file)
  const { label } = ServerRecord.parse(readJson(file))
  await expect.poll(() => host.countOwned(label), { timeout: deadlineMs }).toBeGreaterThan(1)
  return label
}

async function fileThere(file: string): Promise<void> {
  const endMs = performance.now() + deadlineMs
  while (!existsSync(file)) {
    if (performance.now() > endMs) throw new Error(`${file} did not appear`)
    await sleep(50)
  }
  // The writer may still be at it.
  await sleep(50)
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'))
}
