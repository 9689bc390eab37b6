import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import type { DeviceClaim } from '../devices/device-claim.ts'
import { untilIdle } from '../host/device-gate.ts'
import { processHost } from '../host/process-host.ts'
import { launch } from '../launch/launch.ts'
import { fakePlan, fakeProcess, scratchFolder } from '../testing/launch-plan.fixture.ts'
import { standInSmi } from '../testing/stand-in-smi.fixture.ts'
import { LaunchFolder } from './launch-folder.ts'
import { stopLaunch } from './stop-launch.ts'

const claim: DeviceClaim = { vendor: 'nvidia', indices: [0], idleMib: 1_024 }
const idle = '0, GPU-aa, 4\n'

test('a process of somebody else on the GPUs: nothing is started, it is named, and it is left alone', async () => {
  const { say } = standInSmi()
  const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 60_000)'], { stdio: 'ignore' })
  onTestFinished(() => void stranger.kill('SIGKILL'))
  await once(stranger, 'spawn')
  say('0, GPU-aa, 70000\n', `GPU-aa, ${stranger.pid}, python3\n`)
  const host = processHost()
  const processes = [fakeProcess(['serve={port}'], { gpus: 1 })]
  const plan = { ...fakePlan([]), processes, vendor: 'nvidia' as const, gpuIdleMib: 1_024 }
  await expect(launch(plan, host, { folder: scratchFolder() })).rejects.toMatchObject({
    failureClass: 'infrastructure',
    phase: 'start',
    message: expect.stringContaining(`GPU 0 has 70000 MiB in use by process ${stranger.pid} (python3)`),
  })
  expect(await host.countOwned(plan.label)).toBe(0)
  expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
})

test('memory that a driver gives back is waited for, and no longer than that', async () => {
  const { say } = standInSmi()
  say('0, GPU-aa, 70000\n')
  setTimeout(() => say(idle), 300)
  await untilIdle(claim, { phase: 'start', patienceMs: 20_000 })
  say('0, GPU-aa, 70000\n')
  await expect(untilIdle(claim, { phase: 'start', patienceMs: 0 })).rejects.toThrow(/no process that this user can see/)
})

test.each([
  ['says what is no answer', 'No devices were found\n', /nobody can tell .*: nvidia-smi says No devices were found/],
  ['knows no such GPU', '7, GPU-aa, 4\n', /nobody can tell .*: GPU 0 is not there/],
])('where the tool %s, nothing is taken for idle', async (_what, memory, message) => {
  standInSmi().say(memory)
  await expect(untilIdle(claim, { phase: 'start', patienceMs: 0 })).rejects.toMatchObject({
    failureClass: 'infrastructure',
    message: expect.stringMatching(message),
  })
})

test('where there is no tool, nothing is taken for idle', async () => {
  const before = process.env.PATH
  onTestFinished(() => {
    process.env.PATH = before
  })
  process.env.PATH = scratchFolder()
  const asked = untilIdle({ ...claim, vendor: 'amd' }, { phase: 'start', patienceMs: 0 })
  await expect(asked).rejects.toThrow(/there is no amd-smi on the PATH; .*gpu-idle-mib: unchecked/)
})

test.each([
  ['idle GPUs', idle, '', undefined],
  ['somebody on them', '0, GPU-aa, 900\n', 'GPU-aa, 31, miner\n', expect.stringContaining('process 31 (miner)')],
])('after the stop, %s', async (_what, memory, processes, devicesInUse) => {
  standInSmi().say(memory, processes)
  const folder = new LaunchFolder(scratchFolder())
  const label = `reprise-test-${crypto.randomUUID().slice(0, 8)}`
  await folder.claim({
    schema: 'launch-server/2',
    label,
    host: 'process',
    stopGraceS: 0.1,
    devices: claim,
    processes: [],
  })
  await folder.write('launch', {
    schema: 'launch/2',
    label,
    host: 'process',
    url: 'http://127.0.0.1:1',
    processes: [{ name: 'server', role: 'server', url: 'http://127.0.0.1:1', gpus: 1 }],
    model: 'm',
    state: folder.path,
    logFile: folder.logFile,
    phasesMs: {},
  })
  const end = await stopLaunch(folder.path, () => processHost())
  expect(end.devicesInUse).toEqual(devicesInUse)
  expect(await stopLaunch(folder.path, () => processHost())).toEqual(end)
})
