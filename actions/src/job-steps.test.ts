import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ActionHost, CliOutcome } from './action.ts'
import { buildResults } from './build-results.ts'
import { collectResults } from './collect-results.ts'
import { launchServer, stopServer } from './launch-server.ts'
import { replay } from './replay.ts'

const well: CliOutcome = { exitCode: 0, value: undefined, lastLine: '' }
const failed: CliOutcome = { exitCode: 3, value: undefined, lastLine: 'reprise: process 7 cannot be ended' }
const up = { url: 'http://127.0.0.1:8000', model: 'm', label: 'reprise-x' }
const done = {
  schema: 'job-status/1',
  id: '0123456789abcdef',
  name: 'n',
  configKey: 'k',
  outcome: 'done',
  evaluation: 'not-requested',
  reproduce: 'again',
}

/** A runner whose commands end as told, by their first two words; all else ends well and says nothing. */
function hostWith(outcomes: Readonly<Record<string, Partial<CliOutcome>>>) {
  const commands: string[] = []
  const state = new Map<string, string>()
  const host: ActionHost = {
    cli: async (argv) => {
      commands.push(argv.join(' '))
      return { ...well, ...outcomes[argv.slice(0, 2).join(' ')] }
    },
    env: {},
    say: () => {},
    saveState: (name, value) => state.set(name, value),
    state: (name) => state.get(name),
  }
  return { host, commands, state }
}

function workFolder(): string {
  const work = mkdtempSync(join(tmpdir(), 'reprise-work-'))
  onTestFinished(() => rmSync(work, { recursive: true, force: true }))
  return work
}

describe('no step is green without a word of success', () => {
  test('a launch that says nowhere to send requests', async () => {
    const { host } = hostWith({})
    const { failure } = await launchServer.call({ job: '{}', work: workFolder() }, host)
    expect(failure).toMatch(/did not say where the server listens/)
  })

  test.each([
    ['nothing', undefined],
    ['another value', { outcome: 'done' }],
    ['a failure without a reason', { ...done, outcome: 'failed' }],
  ])('a verdict that is %s', async (_what, value) => {
    const { host } = hostWith({ 'results job': { value } })
    const { failure } = await buildResults.call({ job: '{}', work: workFolder(), cancelled: false }, host)
    expect(failure).toMatch(/did not say how the job ended/)
  })

  test('a good verdict beside a server that cannot be ended', async () => {
    const { host } = hostWith({ 'results job': { value: done }, 'launch stop': failed })
    const { failure } = await buildResults.call({ job: '{}', work: workFolder(), cancelled: false }, host)
    expect(failure).toMatch(/launch stop ended with 3 .*process 7 cannot be ended/)
  })

  test.each([undefined, {}, { totals: { jobs: 0, failed: 0 } }, { totals: { jobs: 2, failed: 1 } }])(
    'a collection that is %j',
    async (value) => {
      const { host } = hostWith({ 'results collect': { value } })
      const inputs = { 'sweep-file': 'sweep.json', from: workFolder(), out: workFolder() }
      expect((await collectResults.call(inputs, host)).failure).toBeDefined()
    },
  )
})

test('a replay is told which commit it measures, and by which run', async () => {
  const { host, commands } = hostWith({})
  const env = { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'acme/bench', GITHUB_RUN_ID: '17' }
  const commit = '0123456789abcdef0123456789abcdef01234567'
  await replay.call({ job: '{}', url: up.url, work: workFolder(), commit }, { ...host, env })
  expect(commands[0]).toContain(
    ` --commit=${commit} --workflow-run=https://github.com/acme/bench/actions/runs/17/attempts/1`,
  )
})

test('a launch begins with an empty folder: nothing of an earlier attempt can be taken for its own', async () => {
  const work = workFolder()
  for (const name of ['run', 'eval', 'launch']) mkdirSync(join(work, name))
  for (const file of ['run/results.json', 'eval/eval.json', 'status.json', 'job.json'])
    writeFileSync(join(work, file), '{}')
  const { host, commands } = hostWith({ 'launch run': { value: up } })
  expect((await launchServer.call({ job: '{}', work }, host)).failure).toBeUndefined()
  for (const name of ['run', 'eval', 'status.json']) expect(existsSync(join(work, name)), name).toBe(false)
  // What the earlier attempt has left running is ended while its records are still there.
  const order = commands.map((command) => command.replace(`${work}/`, ''))
  expect(order.slice(0, 2)).toEqual(['launch stop --state=launch', 'launch stop --state=eval'])
})

test('a folder that is not of a job is left as it is', async () => {
  const work = workFolder()
  mkdirSync(join(work, 'run'))
  writeFileSync(join(work, 'run/mine.txt'), '')
  const { host } = hostWith({ 'launch run': { value: up } })
  await expect(launchServer.call({ job: '{}', work }, host)).rejects.toThrow(/files that are not of a job/)
  expect(existsSync(join(work, 'run/mine.txt'))).toBe(true)
})

test('the step that cleans up ends the server and the evaluation, and one of them failing does not spare the other', async () => {
  const work = workFolder()
  const { host, commands, state } = hostWith({ 'launch stop': failed })
  state.set('launch', join(work, 'launch'))
  expect((await stopServer.call({}, host)).failure).toMatch(/launch stop ended with 3 .*; launch stop ended with 3 /)
  expect(commands).toEqual([`launch stop --state=${work}/launch`, `launch stop --state=${work}/eval`])
})

test('without a state there is nothing to clean up', async () => {
  const { host, commands } = hostWith({})
  expect(await stopServer.call({}, host)).toEqual({ outputs: {} })
  expect(commands).toEqual([])
})
