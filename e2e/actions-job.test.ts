import { cpSync, existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { type ActionRun, checkOut, commandsIn, runAction, startAction } from './run-action.ts'
import { temporaryFolder } from './temporary-folder.ts'

let repository: string
beforeEach(() => {
  repository = checkOut(join(temporaryFolder(), 'repository'))
})

interface Job {
  readonly id: string
  readonly recipe: string
  readonly row: Record<string, unknown>
}

const planned = new Map<number, Promise<{ readonly job: Job; readonly sweep: string }>>()

/** One short job of the simulated server, planned once for all tests, with its sweep file. */
async function planJob(durationS = 3): Promise<Job> {
  const planning = planned.get(durationS) ?? plan(durationS)
  planned.set(durationS, planning)
  const { job, sweep } = await planning
  writeFileSync(join(repository, 'sweep.json'), sweep)
  return job
}

async function plan(durationS: number) {
  const inputs = {
    'config-keys': 'sim-fp8-local-sim',
    'scenario-type': 'agentic-coding',
    conc: '1',
    'duration-override': String(durationS),
  }
  const { outputs, log } = await runAction({ entry: 'generate-matrix', repository, inputs })
  expect(outputs.jobs, log).toBe('1')
  return { job: JSON.parse(outputs.matrix!)[0], sweep: readFileSync(join(repository, 'sweep.json'), 'utf8') }
}

const step = (entry: string, inputs: Record<string, string>, state: Record<string, string> = {}): Promise<ActionRun> =>
  runAction({ entry, repository, inputs, state })

/** Launches, and cleans up after the test in any case. */
async function launch(job: object): Promise<ActionRun> {
  const launched = await step('launch-server', { job: JSON.stringify(job), work: 'work' })
  onTestFinished(async () => {
    await step('launch-server-post', {}, launched.state)
  })
  return launched
}

const read = (path: string) => JSON.parse(readFileSync(join(repository, path), 'utf8'))

/** Processes that this test has started and that are still there: they name its folder in their command or their environment. */
function left(): { pid: number; command: string }[] {
  return globSync('/proc/[0-9]*').flatMap((folder) => {
    try {
      const command = readFileSync(`${folder}/cmdline`, 'latin1').replaceAll('\0', ' ')
      const environment = readFileSync(`${folder}/environ`, 'latin1')
      return (command + environment).includes(repository) ? [{ pid: Number(folder.slice(6)), command }] : []
    } catch {
      return []
    }
  })
}

test('a job from launch to table, with nothing installed and nothing left behind', async () => {
  const job = await planJob()
  const launched = await launch(job)
  expect({ code: launched.code, log: launched.log }).toMatchObject({ code: 0 })
  const { url, model, label } = launched.outputs
  expect(launched.outputs).toMatchObject({
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+/),
    label: expect.stringContaining(job.id),
    'log-file': join(repository, 'work/launch/server.log'),
  })
  expect(left().length, label).toBeGreaterThan(0)

  const replayed = await step('replay', { job: JSON.stringify(job), url: url!, work: 'work' })
  expect({ code: replayed.code, log: replayed.log }).toMatchObject({ code: 0 })
  expect(replayed.outputs).toEqual({ 'exit-code': '0', run: join(repository, 'work/run') })
  expect(read('work/run/results.json')).toMatchObject({ schema: 'result/1' })

  const evaluated = await step('evaluate', { job: JSON.stringify(job), url: url!, model: model!, work: 'work' })
  expect(evaluated).toMatchObject({ code: 1, outputs: { outcome: 'not-configured' } })
  expect(evaluated.log).toContain('eval: not configured')

  const built = await step('build-results', { job: JSON.stringify(job), work: 'work', cancelled: 'false' })
  expect({ code: built.code, log: built.log }).toMatchObject({ code: 0 })
  expect(built.outputs).toEqual({ outcome: 'done', class: '', verdict: 'indicative' })
  expect(built.summary).toContain('| Outcome | done |')
  expect(built.summary).toContain(`npx reprise bench --config-key sim-fp8-local-sim`)
  expect(read('work/status.json')).toMatchObject({ schema: 'job-status/1', outcome: 'done', id: job.id })

  const stopped = await step('launch-server-post', {}, launched.state)
  expect({ code: stopped.code, log: stopped.log }).toMatchObject({ code: 0 })
  expect(left()).toEqual([])

  mkdirSync(join(repository, 'artifacts'))
  cpSync(join(repository, 'work'), join(repository, 'artifacts', `job-${job.id}`), { recursive: true })
  const collected = await step('collect-results', { from: 'artifacts' })
  expect({ code: collected.code, log: collected.log }).toMatchObject({ code: 0 })
  expect(collected.outputs).toEqual({ rows: '1', failed: '0' })
  expect(collected.summary).toContain(readFileSync(join(repository, 'results/summary.md'), 'utf8'))
  expect(collected.summary).toContain('```mermaid')
  expect(readFileSync(join(repository, 'results/report.html'), 'utf8')).toContain('echarts')
  for (const { log } of [launched, replayed, evaluated, built, stopped, collected]) expect(commandsIn(log)).toEqual([])
})

test('a server that does not come up: red with the class, the log kept, and a row in the table', async () => {
  const job = await planJob()
  replaceIn(job.recipe, 'engines/sim-8b.json', 'engines/absent.json')
  const launched = await launch(job)
  expect(launched.code).toBe(1)
  expect(launched.outputs).toMatchObject({ url: '', 'log-file': join(repository, 'work/launch/server.log') })
  expect(launched.log).toMatch(/^::error::launch run ended with 2 .*recipe failure/m)
  expect(readFileSync(launched.outputs['log-file']!, 'utf8')).toContain('absent.json')
  expect(left()).toEqual([])

  const built = await step('build-results', { job: JSON.stringify(job), work: 'work' })
  expect(built).toMatchObject({ code: 1, outputs: { outcome: 'failed', class: 'recipe', verdict: '' } })
  expect(built.log).toMatch(/^::error::[^\n]+: recipe in [a-z]+: [^\n]+Again: npx reprise bench --config-key /m)
  expect(built.summary).toContain('| Failure | recipe, ')

  mkdirSync(join(repository, 'artifacts'))
  cpSync(join(repository, 'work'), join(repository, 'artifacts', `job-${job.id}`), { recursive: true })
  const collected = await step('collect-results', { from: 'artifacts' })
  expect(collected).toMatchObject({ code: 1, outputs: { rows: '1', failed: '1' } })
  expect(collected.summary).toContain('FAILED recipe')
  expect(collected.log).toMatch(/^::error::1 of 1 jobs failed/m)
})

test('a server that dies while it is measured is found by the step that builds the results', async () => {
  const job = await planJob(4)
  const launched = await launch(job)
  const replaying = startAction({
    entry: 'replay',
    repository,
    inputs: { job: JSON.stringify(job), url: launched.outputs.url!, work: 'work' },
  })
  await until(isMeasured)
  const [server] = left().filter(
    ({ command }) => command.includes('dist/reprise.mjs serve') && !command.includes(' -e '),
  )
  process.kill(server!.pid, 'SIGKILL')
  expect((await replaying.ended).code).toBe(1)
  const built = await step('build-results', { job: JSON.stringify(job), work: 'work' })
  expect(built).toMatchObject({ code: 1, outputs: { outcome: 'failed', class: 'server' } })
  expect(left()).toEqual([])
})

describe('cancellation', () => {
  test('a replay keeps what it has measured, and the job is cancelled', async () => {
    const job = await planJob(60)
    const launched = await launch(job)
    const replaying = startAction({
      entry: 'replay',
      repository,
      inputs: { job: JSON.stringify(job), url: launched.outputs.url!, work: 'work' },
    })
    await until(isMeasured)
    replaying.child.kill('SIGINT')
    const { code, outputs } = await replaying.ended
    expect({ code, outputs }).toMatchObject({
      code: expect.any(Number),
      outputs: { run: join(repository, 'work/run') },
    })
    expect(read('work/run/results.json').completeness.ended).not.toBe('killed')
    const built = await step('build-results', { job: JSON.stringify(job), work: 'work', cancelled: 'true' })
    expect(built).toMatchObject({ code: 1, outputs: { outcome: 'failed', class: 'cancelled' } })
    await step('launch-server-post', {}, launched.state)
    expect(left()).toEqual([])
  })

  test.each([{ signals: ['SIGINT'] }, { signals: ['SIGINT', 'SIGTERM'] }, { signals: ['SIGKILL'] }] as const)(
    'a launch ended by $signals leaves no process',
    async ({ signals }) => {
      const job = await planJob()
      serveWith(job, 'setInterval(() => {}, 1000)')
      const launching = startAction({
        entry: 'launch-server',
        repository,
        inputs: { job: JSON.stringify(job), work: 'work' },
      })
      await until(() => serverLog().includes('up'))
      for (const signal of signals) launching.child.kill(signal)
      const { code, state } = await launching.ended
      expect(code).not.toBe(0)
      expect(state.launch).toBe(join(repository, 'work/launch'))
      expect(await step('launch-server-post', {}, state)).toMatchObject({ code: 0 })
      expect(left()).toEqual([])
    },
  )

  test('the step that cleans up is not kept from it, by a server that does not listen or by a signal', async () => {
    const job = await planJob()
    // Killed before a busy machine has let it say that it was asked, it would say nothing.
    serveWith(job, "process.on('SIGTERM', () => console.log('asked to end'))", 5)
    const launching = startAction({
      entry: 'launch-server',
      repository,
      inputs: { job: JSON.stringify(job), work: 'work' },
    })
    await until(() => serverLog().includes('up'))
    launching.child.kill('SIGKILL')
    const { state } = await launching.ended
    onTestFinished(async () => {
      await step('launch-server-post', {}, state)
    })
    const cleaning = startAction({ entry: 'launch-server-post', repository, state })
    await until(() => serverLog().includes('asked to end'))
    cleaning.child.kill('SIGINT')
    cleaning.child.kill('SIGTERM')
    expect(await cleaning.ended).toMatchObject({ code: 0 })
    expect(left()).toEqual([])
  })
})

/** Makes the job's recipe start a server that never answers, and says that it is up when the script has run; it gets so long to end. */
function serveWith(job: Job, script: string, graceS = 1): void {
  const command = ['node', '-e', `setInterval(() => {}, 1000); ${script}; console.log('up')`, repository]
  replaceIn(job.recipe, '[reprise, serve]', JSON.stringify(command))
  replaceIn('runners/local.yaml', 'stop-grace-s: 10', `stop-grace-s: ${graceS}`)
}

function replaceIn(path: string, text: string, by: string): void {
  const before = readFileSync(join(repository, path), 'utf8')
  expect(before).toContain(text)
  writeFileSync(
    join(repository, path),
    before.replace(text, () => by),
  )
}

/** Whether a request of the window is on record. The file is there before the run heeds a signal. */
function isMeasured(): boolean {
  const path = join(repository, 'work/run/records.jsonl')
  return existsSync(path) && readFileSync(path, 'utf8').includes('"profiling"')
}

function serverLog(): string {
  const path = join(repository, 'work/launch/server.log')
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

describe('hostile inputs reach no shell and no command stream', () => {
  const texts = [
    '$(touch pwned)`touch pwned`\';touch pwned;"|',
    'x\n::set-output name=url::http://evil\r::add-path::/',
    '##[add-path]x',
  ]
  // A step is a process, and to give each text to each of them takes a processor 20 s.
  test('each step is given one of them, in every input', async () => {
    let turn = 0
    const given = (name: string, inputsOf: (text: string, job: string) => Record<string, string>) => {
      const text = texts[turn++ % texts.length]!
      const job = { schema: 'sweep-job/2', id: text, name: text, configKey: text, row: { model: text } }
      return [JSON.stringify(job), text].map((value) => step(name, inputsOf(text, value)))
    }
    const runs = await Promise.all([
      ...given('launch-server', (_, job) => ({ job, work: 'work' })),
      ...given('replay', (text, job) => ({ job, url: text, work: 'work', traces: text })),
      ...given('evaluate', (text, job) => ({ job, url: text, model: text, work: 'work' })),
      ...given('build-results', (text, job) => ({ job, work: 'work', cancelled: text })),
      ...given('build-results', (text, job) => ({ job, work: text })),
      ...given('collect-results', (text, job) => ({ from: text, 'sweep-file': job })),
    ])
    for (const { code, log } of runs) expect({ code, commands: commandsIn(log) }).toEqual({ code: 1, commands: [] })
    expect(existsSync(join(repository, 'pwned'))).toBe(false)
  })
})

async function until(done: () => boolean): Promise<void> {
  for (const giveUpAt = Date.now() + 30_000; !done(); await sleep(50)) {
    if (Date.now() > giveUpAt) throw new Error('it did not come to that in 30 s')
  }
}
