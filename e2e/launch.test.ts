import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { LaunchFailureRecord, LaunchRecord, ServerRecord } from '@reprise/launcher'
import { doing } from '@reprise/matrix-generator/fixtures'
import { expect, test } from 'vitest'
import { deadlineMs, fileThere, host, labelIn, launchRun, place, readJson, simJob, stop } from './launch-place.ts'
import { runCli } from './run-cli.ts'
import { runHere } from './run-here.ts'
import { root } from './sources.ts'
import { temporaryFolder } from './temporary-folder.ts'

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
  const here = place({ deeds: [`serve=\${port}`] })
  const { state } = here
  expect(await launchRun(here, '--detach').ended).toMatchObject({ code: 0 })
  await askToExit(state)
  const { label } = ServerRecord.parse(readJson(join(state, 'server.json')))
  await expect.poll(() => host.countOwned(label), { timeout: deadlineMs }).toBe(0)
  expect(await stop(state)).toEqual({ schema: 'launch-end/1', label, diedEarly: true, exitCode: 3, removed: 0 })
  const words = await runHere(['launch', 'stop', '--state', state])
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
  const here = place({ deeds: [`serve=\${port}`] })
  const { state } = here
  const { child, ended } = launchRun(here, '--quiet')
  // It says on stdout that it is up, and then watches over the server.
  await once(child.stdout!, 'data')
  await askToExit(state)
  const run = await ended
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

test('interrupted twice while the server loads: what has begun to clean up is let finish', async () => {
  const here = place({ deeds: ['ignore-term', 'say=loading', 'hang'] })
  const { state } = here
  const { child, ended } = launchRun(here)
  const label = await labelIn(state)
  const log = join(state, 'server.log')
  await expect.poll(() => existsSync(log) && readFileSync(log, 'utf8'), { timeout: deadlineMs }).toContain('loading')
  child.kill('SIGINT')
  await sleep(100)
  child.kill('SIGINT')
  // Nothing is left to heed the second one where the first has been heeded to the end.
  expect([130, null]).toContain((await ended).code)
  expect(await host.countOwned(label)).toBe(0)
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

test.runIf(process.platform === 'linux')(
  'killed while the server loads: the next launch ends it, and leaves alone what was handed over',
  async () => {
    const kept = place({ deeds: [`serve=\${port}`] })
    expect(await launchRun(kept, '--detach').ended).toMatchObject({ code: 0 })
    const { label: handedOver } = ServerRecord.parse(readJson(join(kept.state, 'server.json')))
    const lost = place({ deeds: ['hang'] })
    const { child, ended } = launchRun(lost, '--detach')
    const label = await labelIn(lost.state)
    child.kill('SIGKILL')
    await ended
    const next = place({ deeds: [`serve=\${port}`] })
    expect(await launchRun(next, '--detach').ended).toMatchObject({ code: 0 })
    expect(await host.countOwned(label)).toBe(0)
    expect(await host.countOwned(handedOver)).toBeGreaterThan(0)
  },
)

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
  expect(await runHere(['launch', 'plan', '--job', job])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/sim-fp8-local-sim has no recipe; copy .* to benchmarks\/sim-fp8-local-sim\.yaml/),
  })
})

test('a fleet of containers: the plan is printed', async () => {
  const { job } = place()
  const profile = join(root, 'runners/b200-dgxc.yaml')
  const plan = await runHere(['launch', 'plan', '--job', job, '--profile', profile])
  expect(plan).toMatchObject({ code: 0, stderr: '' })
  expect(plan.stdout).toMatch(
    /^# benchmarks\/sim-fp8-local-sim\.yaml: .*\nhost {5}docker, image reprise\/sim:local\nmount .*\ndevice {3}nvidia=0\n/,
  )
})

test.each([
  ['no JSON', '{', 'is not JSON; give one of the jobs'],
  ['another value', '{"schema":"sweep-plan/2","jobs":[]}', ': schema: '],
  ['a recipe elsewhere', JSON.stringify({ ...simJob, recipe: 'benchmarks/../../etc/passwd.yaml' }), ': recipe: '],
  ['a profile elsewhere', JSON.stringify({ ...simJob, profile: '../secrets' }), ': profile: '],
])('a job that is %s is refused', async (_what, text, message) => {
  const job = join(temporaryFolder(), 'job.json')
  writeFileSync(job, text)
  const run = await runHere(['launch', 'plan', '--job', job])
  expect(run.code).toBe(2)
  expect(run.stderr).toContain(message)
})

test('stopping where nothing was launched is fine, and writes nothing', async () => {
  const folder = temporaryFolder()
  expect(await stop(join(folder, 'nowhere'))).toEqual({ schema: 'launch-end/1', diedEarly: false, removed: 0 })
  expect(readdirSync(folder)).toEqual([])
  writeFileSync(join(folder, 'server.json'), '{"label":"reprise-x; rm -rf /"}')
  expect(await runHere(['launch', 'stop', '--state', folder])).toMatchObject({ code: 2 })
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

/** The server ends by itself, once it is up: a machine that is busy must not have it end before. */
async function askToExit(state: string): Promise<void> {
  const { url } = LaunchRecord.parse(readJson(join(state, 'launch.json')))
  await expect(fetch(`${url}/exit`)).rejects.toThrow()
}
