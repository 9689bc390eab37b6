import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ProcessPlan } from '../plan/launch-plan.ts'
import { copiesOf, type PlannedProcess } from '../plan/planned-process.ts'
import { cleanUpAfter, fakePlan, fakeWords, freshLabel, scratchFolder } from '../testing/launch-plan.fixture.ts'
import { choosePort } from './free-port.ts'
import { hostContract } from './host.contract.ts'
import type { During, Host } from './host.ts'
import { startIn } from './host-under-test.fixture.ts'
import { labelVariable, ownerVariable } from './owned-processes.ts'
import { isAlive, ownershipByGroup } from './ownership.ts'
import { processHost } from './process-host.ts'
import { readProcess } from './process-table.ts'

const onLinux = process.platform === 'linux'
const can = { can: true } as const
const needsProc = (reason: string) => (onLinux ? can : ({ can: false, reason } as const))

const commands = {
  plan: (label: string, processes: readonly PlannedProcess[]) => ({
    ...fakePlan([]),
    label,
    processes: [...processes],
  }),
  serving: ({ ignoresTerm = false, words = [] }: { ignoresTerm?: boolean; words?: readonly string[] } = {}) =>
    fakeWords([...(ignoresTerm ? ['ignore-term'] : []), 'serve={port}', ...words]),
  ending: ({ lines, exitCode }: { lines: number; exitCode: number }) =>
    fakeWords([`lines=${lines}`, `exit=${exitCode}`]),
  absent: ['reprise-no-such-command', '--port', '{port}'],
}

const untold = 'only /proc says whose a socket is'
const unseen = 'only /proc shows the environment of a process'

hostContract('processes', {
  host: () => processHost(),
  ...commands,
  capabilities: {
    'tell who answers at a port': needsProc(untold),
    'find what is left without its folder': needsProc(unseen),
    'refuse to start a command that it does not have': can,
  },
})

describe('without /proc', () => {
  hostContract('processes by group', {
    host: () => processHost({ ownership: ownershipByGroup() }),
    ...commands,
    capabilities: {
      'tell who answers at a port': { can: false, reason: untold },
      'find what is left without its folder': { can: false, reason: unseen },
      'refuse to start a command that it does not have': can,
    },
  })
})

test.runIf(process.platform === 'linux').each(['hidden-worker', 'wiped-worker'])(
  'a %s that takes no notice of SIGTERM is ended too',
  async (deed) => {
    const { host, logFile, plan, start } = place([deed, 'serve={port}'])
    await start(plan)
    const worker = await workerIn(logFile)
    expect(await host.countOwned(plan.label)).toBeGreaterThanOrEqual(3)
    await host.cleanUp(plan.label, { graceS: 0.3 })
    expect(isAlive(worker)).toBe(false)
    expect(await host.countOwned(plan.label)).toBe(0)
  },
)

test.runIf(process.platform === 'linux')(
  'a worker that wiped its environment is found after its server died',
  async () => {
    const { logFile, plan, start } = place(['wiped-worker', 'exit=4'])
    const server = await start(plan)
    expect(await server.ended).toEqual({ exitCode: 4 })
    const worker = await workerIn(logFile)
    expect(server.isRunning()).toBe(false)
    expect(isAlive(worker)).toBe(true)
    expect((await processHost().attach(server.handle))?.isRunning()).toBe(false)
    await processHost().cleanUp(plan.label, { graceS: 0.3 })
    expect(isAlive(worker)).toBe(false)
  },
)

test.runIf(process.platform === 'linux').each([
  ['while its server runs', ['lost-worker=1000', 'serve={port}'], 'its parent has ended'],
  ['after its server has died', ['lost-worker=1000', 'exit-after=2000'], undefined],
])('a worker that nothing ties to its server any more is ended too, %s', async (_when, deeds, said) => {
  const { logFile, plan, start } = place(deeds)
  const server = await start(plan)
  const worker = await workerIn(logFile)
  if (said === undefined) expect(await server.ended).toEqual({ exitCode: 3 })
  else await expect.poll(() => readFileSync(logFile, 'utf8'), { timeout: 20_000 }).toContain(said)
  expect(isAlive(worker)).toBe(true)
  const later = processHost()
  await later.attach(server.handle)
  await later.cleanUp(plan.label, { graceS: 0.3 })
  expect(isAlive(worker)).toBe(false)
})

test.runIf(process.platform === 'linux')(
  'a list of descendants that names a stranger, by its number alone or from before a restart, harms nobody',
  async () => {
    const { host, logFile, plan } = place([])
    const stranger = await bystander(undefined)
    const { startTicks } = readProcess(stranger.pid!)!
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const handle = {
      label: plan.label,
      host: 'process',
      name: 'server',
      address: anywhere,
      logFile,
      id: '999999999',
    } as const
    for (const kin of [
      `${boot}\n${stranger.pid} ${startTicks - 1}`,
      `00000000-0000-0000-0000-000000000000\n${stranger.pid} ${startTicks}`,
      `${stranger.pid} ${startTicks}`,
      `${boot}\n0 0\n1 1\n-1 ${startTicks}`,
    ]) {
      writeFileSync(`${logFile}.kin`, kin)
      await host.attach(handle)
      expect(await host.cleanUp(plan.label, { graceS: 0.1 })).toEqual({ removed: 0 })
    }
    writeFileSync(`${logFile}.kin`, `${boot}\n${stranger.pid} ${startTicks}`)
    expect(await host.cleanUp(plan.label, { graceS: 5 })).toEqual({ removed: 1 })
  },
)

test('processes of others survive, whatever their labels look like', async () => {
  const { host, plan, start } = place(['serve={port}'])
  await start(plan)
  const others = await Promise.all(
    [`${plan.label}-2`, plan.label.slice(0, -1), `x${plan.label}`, '', undefined].map((label) => bystander(label)),
  )
  await host.cleanUp(plan.label, { graceS: 2 })
  expect(others.map(({ exitCode, signalCode }) => exitCode ?? signalCode)).toEqual(others.map(() => null))
})

test.each([
  ['by environment', () => processHost()],
  ['by group', () => processHost({ ownership: ownershipByGroup() })],
])(
  'a number that another process has got since is not the server, %s: it has ended, and nobody is harmed',
  async (_how, host) => {
    const { logFile, plan } = place(['serve={port}'])
    const stranger = await bystander(undefined)
    for (const id of [String(stranger.pid), '1', '0', '-1', String(process.pid)]) {
      const handle = { label: plan.label, host: 'process', name: 'server', address: anywhere, logFile, id } as const
      expect(await host().endOf(handle)).toEqual({})
      const later = host()
      expect(await later.attach(handle)).toBeUndefined()
      expect(await later.cleanUp(plan.label, { graceS: 0.1 })).toEqual({ removed: 0 })
    }
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
  },
)

test.runIf(process.platform === 'linux')('whose the listener at a port is', async () => {
  const { host, plan, start } = place(['serve={port}'])
  const { handle } = await start(plan)
  await expect.poll(() => host.answersFor(handle), { timeout: 20_000 }).toBe(true)
  expect(await host.answersFor({ ...handle, label: `${plan.label}-2` })).toBe(false)
  const elsewhere = { ...anywhere, port: await choosePort('auto') }
  expect(await host.answersFor({ ...handle, address: elsewhere })).toBeUndefined()
})

test('whoever cleans up is spared, though it carries the label itself', async () => {
  const { plan, start } = place(['serve={port}'])
  await start(plan)
  const script = `
    const { processHost } = await import(${JSON.stringify(join(import.meta.dirname, 'process-host.ts'))})
    console.log(JSON.stringify(await processHost().cleanUp(${JSON.stringify(plan.label)}, { graceS: 2 })))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, [labelVariable]: plan.label },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [[line]] = (await Promise.all([
    once(createInterface({ input: child.stdout! }), 'line'),
    once(child, 'exit'),
  ])) as [[string], unknown]
  expect(JSON.parse(line).removed).toBeGreaterThanOrEqual(2)
  expect(child.exitCode).toBe(0)
})

test('a server gets no secrets of its host: only where to find things, and what the plan says', async () => {
  const { logFile, plan, start } = place(['serve={port}'])
  process.env.REPRISE_TEST_TOKEN = 'secret-canary'
  onTestFinished(() => void delete process.env.REPRISE_TEST_TOKEN)
  const script = 'console.log(JSON.stringify(process.env))'
  const server = { ...plan.processes[0]!, argv: [process.execPath, '-e', script], env: { PLANNED: 'on {port}' } }
  const { handle, ended } = await start({ ...plan, processes: [server] })
  await ended
  const seen = JSON.parse(readFileSync(logFile, 'utf8'))
  expect(seen).toMatchObject({
    PLANNED: `on ${handle.address.port}`,
    [labelVariable]: plan.label,
    PATH: process.env.PATH,
  })
  const known = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'PLANNED', labelVariable, ownerVariable]
  expect(Object.keys(seen).filter((name) => !known.includes(name))).toEqual([])
  expect(readFileSync(logFile, 'utf8')).not.toContain('secret-canary')
})

test('the command reprise is our own script where the host was given one', async () => {
  const { logFile, folder, plan: fake, start } = place([])
  const plan = { ...fake, processes: [{ ...fake.processes[0]!, argv: ['reprise', 'serve'] }] }
  const own = processHost({ repriseBin: join(folder, 'missing.mjs') })
  const server = await start(plan, own)
  expect(await server.ended).toEqual({ exitCode: 1 })
  expect(readFileSync(logFile, 'utf8')).toContain('missing.mjs')
})

test('a server that a signal ended says which', async () => {
  const { plan, start } = place(['killed-after=1'])
  expect(await (await start(plan)).ended).toEqual({ signal: 'SIGKILL' })
})

const anywhere = { host: '127.0.0.1', port: 1 } as const

function place(deeds: readonly string[]) {
  const host = processHost()
  const plan = fakePlan(deeds, { label: freshLabel() })
  const folder = scratchFolder()
  cleanUpAfter(host, plan.label)
  const start = async ({ label, processes }: ProcessPlan, on: Host = host) => {
    const during: During = (_phase, run) => run({ signal: new AbortController().signal, tell: () => {} })
    const at = await on.prepare(plan, { owner: { label, state: folder }, during })
    return startIn(at, copiesOf(processes)[0]!, folder)
  }
  return { host, plan, folder, start, logFile: join(folder, 'server.log') }
}

/** The worker that the fake server says it has started. */
async function workerIn(logFile: string): Promise<number> {
  const find = () => /^worker (\d+)$/m.exec(readFileSync(logFile, 'utf8'))?.[1]
  await expect.poll(find, { timeout: 20_000 }).toBeDefined()
  const pid = Number(find())
  // Never left behind, even where the test fails.
  onTestFinished(() => {
    if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  })
  return pid
}

/** A process of somebody else, which ends with the test. */
async function bystander(label: string | undefined): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 60_000)'], {
    env: { PATH: process.env.PATH, ...(label !== undefined && { [labelVariable]: label }) },
    stdio: 'ignore',
    detached: true,
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'spawn')
  return child
}
