import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { LaunchError } from '../plan/launch-error.ts'
import type { Host, RunningServer, ServerCommand } from './host.ts'

/** Commands that the suite asks an adapter's test for. */
export interface HostUnderTest {
  /** A new object for the same place, as another process would have it. */
  readonly host: () => Host
  /** Answers any GET on `{port}` with JSON that holds its arguments as `argv` and its environment as `env`; forgets to answer SIGTERM if told. */
  readonly serving: (options?: { readonly ignoresTerm?: boolean; readonly words?: readonly string[] }) => string[]
  /** Writes `line 1` to `line N` to both of its outputs in turn, and exits with a code. */
  readonly ending: (options: { readonly lines: number; readonly exitCode: number }) => string[]
  /** A command that the place does not have. */
  readonly absent: readonly string[]
  /** Why the place cannot tell who answers at a port; absent where it can. */
  readonly cannotTellWhoAnswers?: string
  /** The image, where the place wants one. */
  readonly image?: string
}

const deadlineMs = 30_000

/** What every `Host` must do. Each test starts servers of its own, and leaves none. */
export function hostContract(name: string, under: HostUnderTest): void {
  describe(`host contract: ${name}`, { timeout: 2 * deadlineMs }, () => {
    test('a server is there once it is started, and has the port in its words and its environment', async () => {
      const { host, command, options } = await place(under)
      const words = ['--label={port}/{port}', 'say={ports}']
      const server = await host.start(command(under.serving({ words }), { ADDRESS: 'http://[::1]:{port}/' }), options)
      expect(server.isRunning()).toBe(true)
      expect(server.handle).toMatchObject({ host: host.kind, port: options.port, logFile: options.logFile })
      const { argv, env } = await answerOf(options.port)
      expect(argv).toEqual(expect.arrayContaining([`--label=${options.port}/${options.port}`, 'say={ports}']))
      expect(env.ADDRESS).toBe(`http://[::1]:${options.port}/`)
      expect(await host.endOf(server.handle)).toBeUndefined()
      expect(await host.countOwned(server.handle.label)).toBeGreaterThan(0)
    })

    test('the log is whole when the server has ended, and its exit code is known', async () => {
      const { host, command, options } = await place(under)
      const server = await host.start(command(under.ending({ lines: 500, exitCode: 7 })), options)
      expect(await inTime(server.ended)).toEqual({ exitCode: 7 })
      expect(server.isRunning()).toBe(false)
      const lines = readFileSync(options.logFile, 'utf8').trim().split('\n')
      expect(lines.toSorted(byNumber)).toEqual(Array.from({ length: 500 }, (_, i) => `line ${i + 1}`))
    })

    test('the end of a server is known to whoever comes later', async () => {
      const { host, command, options, label } = await place(under)
      const { handle, ended } = await host.start(command(under.ending({ lines: 1, exitCode: 9 })), options)
      await inTime(ended)
      expect(await under.host().endOf(handle)).toEqual({ exitCode: 9 })
      await host.cleanUp(label, { graceS: 1 })
      expect(await under.host().attach(handle)).toBeUndefined()
      expect(await under.host().endOf(handle)).toEqual({ exitCode: 9 })
    })

    test('cleaning up ends the server and frees its port, and is fine to do twice', async () => {
      const { host, command, options, label } = await place(under)
      const server = await host.start(command(under.serving()), options)
      await answerOf(options.port)
      expect((await host.cleanUp(label, { graceS: 5 })).removed).toBeGreaterThan(0)
      await expectGone(host, server, options.port)
      expect(await host.cleanUp(label, { graceS: 5 })).toEqual({ removed: 0 })
    })

    test('a server that takes no notice is ended after the grace', async () => {
      const { host, command, options, label } = await place(under)
      const server = await host.start(command(under.serving({ ignoresTerm: true })), options)
      await answerOf(options.port)
      await host.cleanUp(label, { graceS: 0.3 })
      await expectGone(host, server, options.port)
    })

    test('cleaning up leaves everything that carries another label', async () => {
      const [one, two] = [await place(under), await place(under)]
      const host = under.host()
      const kept = await host.start({ ...one.command(under.serving()), label: `${one.label}-2` }, one.options)
      onTestFinished(async () => void (await host.cleanUp(`${one.label}-2`, { graceS: 1 })))
      await host.start(two.command(under.serving()), two.options)
      await answerOf(one.options.port)
      for (const label of [one.label, two.label, 'reprise']) await host.cleanUp(label, { graceS: 2 })
      expect(kept.isRunning()).toBe(true)
      await answerOf(one.options.port)
    })

    test('a server can be found again by its handle, and cleaned up by whoever has its label', async () => {
      const { host, command, options, label } = await place(under)
      const { handle } = await host.start(command(under.serving()), options)
      const other = under.host()
      const found = await other.attach(JSON.parse(JSON.stringify(handle)))
      expect(found?.handle).toEqual(handle)
      expect(found?.isRunning()).toBe(true)
      await answerOf(options.port)
      await other.cleanUp(label, { graceS: 5 })
      await inTime(found!.ended)
      expect(await other.attach(handle)).toBeUndefined()
      expect(await other.countOwned(label)).toBe(0)
    })

    const { cannotTellWhoAnswers: reason } = under
    const told = (answer: boolean) => (reason === undefined ? answer : undefined)
    test(`who answers at its port is ${reason === undefined ? 'told' : `left open: ${reason}`}`, async () => {
      const { host, command, options } = await place(under)
      const server = await host.start(command(under.serving()), options)
      await answerOf(options.port)
      await answerOf(options.port)
      expect(await host.answersFor(server.handle)).toBe(told(true))
      const other = createServer()
      onTestFinished(() => void other.close())
      const port = await freePort()
      await new Promise<void>((done) => other.listen(port, '127.0.0.1', done))
      expect(await host.answersFor({ ...server.handle, port })).toBe(told(false))
    })

    test('what cannot be started is a launch error of the host, and leaves nothing', async () => {
      const { host, command, options, label } = await place(under)
      const failure = await host.start(command(under.absent), options).catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(LaunchError)
      expect(failure).toMatchObject({ failureClass: 'infrastructure', phase: 'start' })
      await expect.poll(() => host.countOwned(label), { timeout: deadlineMs }).toBe(0)
    })

    test('a server that is not wanted any more is not started, and what has been started of it is ended', async () => {
      const { host, command, options, label } = await place(under)
      const reason = new Error('enough')
      const early = host.start(command(under.serving()), { ...options, signal: AbortSignal.abort(reason) })
      await expect(early).rejects.toBe(reason)
      expect(await host.countOwned(label)).toBe(0)
      const abort = new AbortController()
      const starting = host.start(command(under.serving({ ignoresTerm: true })), { ...options, signal: abort.signal })
      abort.abort(reason)
      await expect(starting).rejects.toBe(reason)
      expect(await host.countOwned(label)).toBe(0)
      await expect(fetch(`http://127.0.0.1:${options.port}/`)).rejects.toThrow()
    })

    test('a log that cannot be written is a launch error of the host', async () => {
      const { host, command, options, label } = await place(under)
      const logFile = join(options.logFile, 'not', 'there.log')
      const failure = await host
        .start(command(under.serving()), { ...options, logFile })
        .catch((error: unknown) => error)
      expect(failure).toMatchObject({ name: 'LaunchError', failureClass: 'infrastructure', phase: 'start' })
      expect(await host.countOwned(label)).toBe(0)
    })
  })
}

async function place(under: HostUnderTest) {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-host-'))
  const host = under.host()
  const label = `reprise-contract-${crypto.randomUUID().slice(0, 13)}`
  onTestFinished(async () => {
    await host.cleanUp(label, { graceS: 0.1 })
    rmSync(folder, { recursive: true, force: true })
  })
  const command = (argv: readonly string[], env: Record<string, string> = {}): ServerCommand => ({
    label,
    ...(under.image !== undefined && { image: under.image }),
    argv: [...argv],
    env,
    mounts: [],
    devices: [],
    gpus: 0,
  })
  return { host, label, command, options: { logFile: join(folder, 'server.log'), port: await freePort() } }
}

async function expectGone(host: Host, server: RunningServer, port: number): Promise<void> {
  expect(await host.countOwned(server.handle.label)).toBe(0)
  await inTime(server.ended)
  expect(server.isRunning()).toBe(false)
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow()
  expect(existsSync(server.handle.logFile)).toBe(true)
}

/** What the server says of itself, as soon as it listens. */
async function answerOf(port: number): Promise<{ argv: string[]; env: Record<string, string> }> {
  for (const endMs = performance.now() + deadlineMs; ; ) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/`)
      return (await response.json()) as { argv: string[]; env: Record<string, string> }
    } catch (error) {
      if (performance.now() > endMs) throw error
      await sleep(50)
    }
  }
}

async function inTime<T>(promise: Promise<T>): Promise<T> {
  const late = sleep(deadlineMs, undefined, { ref: false }).then(() => {
    throw new Error(`nothing happened in ${deadlineMs} ms`)
  })
  return Promise.race([promise, late])
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

function byNumber(a: string, b: string): number {
  return Number(a.split(' ')[1]) - Number(b.split(' ')[1])
}
