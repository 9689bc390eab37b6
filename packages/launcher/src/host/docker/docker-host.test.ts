import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { launch } from '../../launch/launch.ts'
import type { LaunchError } from '../../plan/launch-error.ts'
import type { DockerPlan } from '../../plan/launch-plan.ts'
import { copiesOf, type PlannedProcess } from '../../plan/planned-process.ts'
import { startDockerDaemon } from '../../testing/docker-daemon.fixture.ts'
import {
  cleanUpAfter,
  fakeDockerPlan,
  fakeProcess,
  fakeWords,
  freshLabel,
  scratchFolder,
} from '../../testing/launch-plan.fixture.ts'
import { hostContract } from '../host.contract.ts'
import { during, inTime, startIn } from '../host-under-test.fixture.ts'
import { dockerHost } from './docker-host.ts'

const daemon = await startDockerDaemon()
const before = process.env.DOCKER_HOST
if (daemon) process.env.DOCKER_HOST = daemon.address
afterAll(async () => {
  if (before === undefined) delete process.env.DOCKER_HOST
  else process.env.DOCKER_HOST = before
  await daemon?.stop()
}, 60_000)

describe.skipIf(!daemon)('on a daemon of its own', { timeout: 90_000 }, () => {
  hostContract('containers', {
    host: () => dockerHost(),
    plan: (label, processes) => ({ ...fakeDockerPlan(daemon!.image, processes), label }),
    serving: ({ ignoresTerm = false, words = [] } = {}) =>
      fakeWords(['serve={port}', ...words, ...(ignoresTerm ? ['ignore-term'] : [])], 'node'),
    ending: ({ lines, exitCode }) => fakeWords([`lines=${lines}`, `exit=${exitCode}`], 'node'),
    absent: ['reprise-no-such-command', '--port', '{port}'],
    capabilities: {
      'tell who answers at a port': { can: true },
      'find what is left without its folder': { can: true },
      'refuse to start a command that it does not have': {
        can: false,
        reason: "the first process of a container is Docker's own, which then ends with 127",
      },
    },
  })

  beforeEach(() => expect(daemon!.docker('ps', '--all', '--quiet')).toBe(''))

  test('what runs is the image that its name stood for, and its digest is known', async () => {
    const { place, server } = await started(script(''))
    const [image] = JSON.parse(daemon!.docker('image', 'inspect', daemon!.image)) as [{ Id: string }]
    const [container] = JSON.parse(daemon!.docker('inspect', server.handle.id)) as [{ Image: string }]
    expect([place.imageDigest, container.Image]).toEqual([image.Id, image.Id])
  })

  test('a secret reaches the server, and stands in no log and no word', async () => {
    process.env.REPRISE_TEST_TOKEN = 'canary-77aa'
    onTestFinished(() => void delete process.env.REPRISE_TEST_TOKEN)
    // A server that tells all it knows, the secret also in two pieces.
    const tell = `console.log(JSON.stringify(process.env)); process.stdout.write('canary-'); setTimeout(() => console.log('77aa'), 300)`
    const { server, folder } = await started(script(tell), { secretEnv: ['REPRISE_TEST_TOKEN'] })
    const words = execFileSync('ps', ['-ewwo', 'args'], { encoding: 'utf8' })
    await inTime(server.ended)
    const log = readFileSync(join(folder, 'server.log'), 'utf8')
    expect(log).toContain('"REPRISE_TEST_TOKEN":"***"')
    expect(log).toMatch(/\*\*\*\n$/)
    const [container] = JSON.parse(daemon!.docker('inspect', server.handle.id))
    const told = JSON.stringify([
      container.Path,
      container.Args,
      container.Name,
      container.Config.Labels,
      server.handle,
    ])
    expect([log, words, told].map((text) => text.includes('canary-77aa'))).toEqual([false, false, false])
  })

  test('a log that grows beyond its bound keeps both ends and says what was cut', async () => {
    const flood = `for (let i = 1; i <= 300_000; i++) require('fs').writeSync(1, 'line ' + i + ' ' + 'x'.repeat(90) + '\\n')`
    const { server, folder } = await started(script(flood), { logMib: 2 })
    await inTime(server.ended)
    const file = join(folder, 'server.log')
    expect(statSync(file).size).toBeLessThan(2.2 * 1024 * 1024)
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
    expect([lines[0], lines.at(-1)]).toEqual([
      expect.stringMatching(/^line 1 x/),
      expect.stringMatching(/^line 300000 x/),
    ])
    const cuts = lines.filter((line) => !/^line \d+ x{90}$/.test(line))
    expect(cuts).toEqual([expect.stringMatching(/^\[reprise: \d+ bytes of this log were cut here\]$/)])
    expect(lines.indexOf(cuts[0]!)).toBeGreaterThan(4_000)
  })

  test('a flood while it loads: its last words are read, and its end has the right class', async () => {
    const flood = `for (let i = 0; i < 200_000; i++) require('fs').writeSync(1, 'x'.repeat(99) + '\\n'); console.log('OSError: No space left on device'); process.exit(1)`
    await expect(launched(script(flood), { logMib: 2 })).rejects.toMatchObject({
      failureClass: 'infrastructure',
      phase: 'load',
      message: expect.stringContaining('No space left on device'),
    })
  })

  test.each([
    ['its shared memory', '/dev/shm/x', { shmMib: 8 }],
    ['more memory than it may have', undefined, { memoryMib: 96 }],
  ])('a server that fills %s is told to have failed on its host', async (what, file, settings) => {
    const fill =
      file === undefined
        ? 'const all = []; for (;;) all.push(Buffer.alloc(8 * 1024 * 1024, 1))'
        : `for (;;) require('fs').appendFileSync('${file}', Buffer.alloc(1024 * 1024, 1))`
    const failure = (await launched(script(fill), settings).catch((error: unknown) => error)) as LaunchError
    expect(failure, what).toMatchObject({ name: 'LaunchError', failureClass: 'infrastructure', phase: 'load' })
  })

  test('a server that takes no notice, and whose children take none, is gone within its grace', async () => {
    const { host, server, label } = await started({
      argv: fakeWords(['hidden-worker', 'wiped-worker', 'ignore-term', 'hang'], 'node'),
    })
    await expect
      .poll(() => readFileSync(server.handle.logFile, 'utf8'), { timeout: 20_000 })
      .toMatch(/worker \d+\nworker \d+/)
    const pids = daemon!.docker('top', server.handle.id, '-eo', 'pid').match(/\d+/g)!
    expect(pids.length).toBeGreaterThanOrEqual(4)
    await host.cleanUp(label, { graceS: 1 })
    expect(await inTime(server.ended)).toEqual({ signal: 'SIGKILL' })
    for (const pid of pids) expect(() => process.kill(Number(pid), 0)).toThrow()
  })

  test('a mount that is not there is refused, and not made', async () => {
    const from = join(scratchFolder(), 'models')
    const mounts = [{ from, to: '/models', readOnly: true }]
    await expect(launched(script(''), {}, { mounts })).rejects.toMatchObject({
      failureClass: 'infrastructure',
      phase: 'start',
      message: expect.stringMatching(/bind source path does not exist/),
    })
    expect(() => statSync(from)).toThrow()
  })

  test('a model that is mounted read-only can be read and not written', async () => {
    const mounts = [{ from: scratchFolder(), to: '/models', readOnly: true }]
    const write = `try { require('fs').writeFileSync('/models/x', '') } catch (error) { console.log(error.code) }`
    const { server } = await started(script(write), {}, { mounts })
    await inTime(server.ended)
    expect(readFileSync(server.handle.logFile, 'utf8')).toBe('EROFS\n')
  })
})

function script(text: string): Partial<PlannedProcess> {
  return { argv: ['node', '-e', text] }
}

type Settings = Partial<DockerPlan['settings']> & Partial<Pick<DockerPlan, 'secretEnv'>>

function planOf(
  planned: Partial<PlannedProcess>,
  { secretEnv = [], ...settings }: Settings,
  changes: Partial<DockerPlan>,
) {
  const plan = fakeDockerPlan(daemon!.image, [fakeProcess([], planned)])
  const all = { ...plan, label: freshLabel(), secretEnv, settings: { ...plan.settings, ...settings }, ...changes }
  cleanUpAfter(dockerHost(), all.label)
  return all
}

async function started(planned: Partial<PlannedProcess>, settings: Settings = {}, changes: Partial<DockerPlan> = {}) {
  const plan = planOf(planned, settings, changes)
  const [host, folder] = [dockerHost(), scratchFolder()]
  const { label } = plan
  const place = await host.prepare(plan, { owner: { label, state: folder }, during })
  return { host, place, folder, label, server: await startIn(place, copiesOf(plan.processes)[0]!, folder) }
}

function launched(planned: Partial<PlannedProcess>, settings: Settings = {}, changes: Partial<DockerPlan> = {}) {
  return launch(planOf(planned, settings, changes), dockerHost(), { folder: scratchFolder() })
}
