import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ownershipByGroup } from '../host/ownership.ts'
import { processHost } from '../host/process-host.ts'
import { hostFor } from './host-for.ts'
import { LaunchFolderError } from './launch-folder-error.ts'
import { launchJob } from './launch-job.ts'
import { endAfterwards, launchPlace } from './launch-place.fixture.ts'
import { stopLaunch } from './stop-launch.ts'

const host = processHost()

async function launched() {
  const { state, options } = launchPlace()
  const { record } = await launchJob(options())
  endAfterwards(record.label)
  return { state, label: record.label, url: record.url }
}

describe('records that somebody was killed over', { timeout: 60_000 }, () => {
  test.each(['launch-end.json', 'launch.json'])('half of %s keeps no server alive', async (file) => {
    const { state, label } = await launched()
    writeFileSync(join(state, file), '{"schema": "lau')
    const end = await stopLaunch(state, hostFor)
    expect(end).toMatchObject({ label, diedEarly: false })
    expect(end.removed).toBeGreaterThan(0)
    expect(await host.countOwned(label)).toBe(0)
    expect(JSON.parse(readFileSync(join(state, 'launch-end.json'), 'utf8'))).toEqual(end)
  })

  test('a server that died is told to have died, though another process has got the number of its keeper', async () => {
    const { state, label } = await launched()
    await host.cleanUp(label, { graceS: 1 })
    const stranger = await bystander()
    const record = join(state, 'server.json')
    const owner = JSON.parse(readFileSync(record, 'utf8'))
    writeFileSync(
      record,
      JSON.stringify({ ...owner, processes: [{ ...owner.processes[0], id: String(stranger.pid) }] }),
    )
    rmSync(join(state, 'server.log.end'))
    expect(await stopLaunch(state, hostFor)).toMatchObject({ diedEarly: true, removed: 0 })
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
  })

  test('nothing but whole records lies in the folder', async () => {
    const { state } = await launched()
    await stopLaunch(state, hostFor)
    expect(readdirSync(state).sort()).toEqual([
      'launch-end.json',
      'launch.json',
      'server.json',
      'server.log',
      'server.log.end',
    ])
  })

  test('a server is ended by another process where the system does not show whose a process is', async () => {
    const { state, label } = await launched()
    const end = await stopLaunch(state, () => processHost({ ownership: ownershipByGroup() }))
    expect(end.removed).toBeGreaterThan(0)
    expect(await host.countOwned(label)).toBe(0)
  })
})

describe('a folder that somebody else has made', () => {
  const owner = { schema: 'launch-server/2', label: 'reprise-x-1', host: 'process', stopGraceS: 0.1, processes: [] }

  const started = { name: 'server', id: '1', address: { host: '127.0.0.1', port: 1 } }

  test.each([
    ['the first process', { ...owner, processes: [{ ...started, id: '1' }] }],
    ['every process', { ...owner, processes: [{ ...started, id: '-1' }] }],
    ['this process', { ...owner, processes: [{ ...started, id: String(process.pid) }] }],
  ])('that names %s ends nothing', async (_what, record) => {
    const { state } = launchPlace()
    mkdirSync(state)
    writeFileSync(join(state, 'server.json'), JSON.stringify(record))
    expect(await stopLaunch(state, hostFor)).toMatchObject({ removed: 0 })
  })

  test.each([
    ['a label that no launch gives', JSON.stringify({ ...owner, label: 'somebody' })],
    ['an endless grace', JSON.stringify({ ...owner, stopGraceS: 1e9 })],
    ['more than a record', `${' '.repeat(2_000_000)}{}`],
  ])('with %s is refused', async (_what, text) => {
    const { state } = launchPlace()
    mkdirSync(state)
    writeFileSync(join(state, 'server.json'), text)
    await expect(stopLaunch(state, hostFor)).rejects.toThrow(LaunchFolderError)
  })

  test.each(['/dev/zero', '/etc/hostname', 'a pipe'])('with %s for its record is refused at once', async (what) => {
    const { state } = launchPlace()
    mkdirSync(state)
    const record = join(state, 'server.json')
    if (what === 'a pipe') execFileSync('mkfifo', [record])
    else symlinkSync(what, record)
    await expect(stopLaunch(state, hostFor)).rejects.toThrow(LaunchFolderError)
  })

  test('whose records are links leaves what they lead to alone', async () => {
    const { folder, state } = launchPlace()
    mkdirSync(state)
    const other = join(folder, 'other.json')
    writeFileSync(other, 'mine')
    writeFileSync(join(state, 'server.json'), JSON.stringify(owner))
    symlinkSync(other, join(state, 'launch-end.json'))
    await stopLaunch(state, hostFor)
    expect(readFileSync(other, 'utf8')).toBe('mine')
    expect(JSON.parse(readFileSync(join(state, 'launch-end.json'), 'utf8'))).toMatchObject({ removed: 0 })
  })
})

async function bystander(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 60_000)'], { stdio: 'ignore', detached: true })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'spawn')
  return child
}
