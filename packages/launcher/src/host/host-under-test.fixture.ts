import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished } from 'vitest'
import type { LaunchPlan } from '../plan/launch-plan.ts'
import { copiesOf, type PlannedProcess, type ProcessCopy } from '../plan/planned-process.ts'
import type { During, Host, Place, RunningServer, StartOptions } from './host.ts'
import type { LaunchOwner } from './launch-owner.ts'

/** What a place may be unable to do, and then why. */
export type Capability = { readonly can: true } | { readonly can: false; readonly reason: string }

/** An adapter, and commands that the suite asks its test for. */
export interface HostUnderTest {
  /** A new object for the same place, as another process would have it. */
  readonly host: () => Host
  /** A plan for it, with all that it wants besides. */
  readonly plan: (label: string, processes: readonly PlannedProcess[]) => LaunchPlan
  /** Answers any GET on `{port}` with JSON that holds its arguments as `argv` and its environment as `env`; forgets to answer SIGTERM if told. */
  readonly serving: (options?: { readonly ignoresTerm?: boolean; readonly words?: readonly string[] }) => string[]
  /** Writes `line 1` to `line N` to both of its outputs in turn, and exits with a code. */
  readonly ending: (options: { readonly lines: number; readonly exitCode: number }) => string[]
  /** A command that the place does not have. */
  readonly absent: readonly string[]
  readonly capabilities: {
    readonly 'tell who answers at a port': Capability
    readonly 'find what is left without its folder': Capability
    readonly 'refuse to start a command that it does not have': Capability
  }
}

export const deadlineMs = 30_000

export const during: During = (_phase, run) => run({ signal: new AbortController().signal, tell: () => {} })

/** A place for servers of one label, and a folder; both go away with the test. */
export async function openPlace(under: HostUnderTest, given: { readonly label?: string } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'reprise-host-'))
  const host = under.host()
  const label = given.label ?? `reprise-contract-${crypto.randomUUID().slice(0, 13)}`
  onTestFinished(async () => {
    await host.cleanUp(label, { graceS: 0.1 })
    rmSync(folder, { recursive: true, force: true })
  })
  const owner: LaunchOwner = { label, state: folder }
  const prepare = (processes: readonly PlannedProcess[], signal?: AbortSignal) =>
    host.prepare(under.plan(label, processes), { owner, during, ...(signal && { signal }) })
  return { host, label, folder, owner, prepare }
}

/**
 * A process of that command, and nothing else, in its own place: `start` starts it. `atRest` is how much carries the label before that:
 * the place itself, where it is a thing.
 */
export async function openServer(
  under: HostUnderTest,
  argv: readonly string[],
  given: { readonly label?: string; readonly env?: Readonly<Record<string, string>> } = {},
) {
  const opened = await openPlace(under, given)
  const process = processOf(argv, given.env)
  const copy = copiesOf([process])[0]!
  const place = await opened.prepare([process])
  const address = await place.addressOf(copy)
  const options: StartOptions = { logFile: join(opened.folder, 'server.log'), address }
  const start = (changes: Partial<StartOptions> = {}) => place.start(copy, { ...options, ...changes })
  const atRest = await opened.host.countOwned(opened.label)
  return { ...opened, place, copy, address, options, start, atRest }
}

export function processOf(argv: readonly string[], env: Readonly<Record<string, string>> = {}): PlannedProcess {
  return {
    role: 'server',
    count: 1,
    placement: { kind: 'packed' },
    argv: [...argv],
    env: { ...env },
    devices: [],
    gpus: 0,
    port: 'auto',
    morePorts: [],
    healthPath: '/',
    fatalPatterns: [],
  }
}

/** Starts a copy where it is to be, with its log in the folder. */
export async function startIn(place: Place, copy: ProcessCopy, folder: string, peers: StartOptions['peers'] = {}) {
  const address = await place.addressOf(copy)
  return place.start(copy, { logFile: join(folder, `${copy.name}.log`), address, peers })
}

export async function expectGone(host: Host, { handle, ended, isRunning }: RunningServer): Promise<void> {
  expect(await host.countOwned(handle.label)).toBe(0)
  await inTime(ended)
  expect(isRunning()).toBe(false)
  await expectSilence(handle.address)
  expect(existsSync(handle.logFile)).toBe(true)
}

export async function expectSilence({ host, port }: { readonly host: string; readonly port: number }): Promise<void> {
  await expect(fetch(`http://${host}:${port}/`)).rejects.toThrow()
}

export interface Answer {
  readonly argv: string[]
  readonly env: Record<string, string>
}

/** What the server says of itself, as soon as it listens. */
export async function answerOf({ host, port }: { readonly host: string; readonly port: number }): Promise<Answer> {
  for (const endMs = performance.now() + deadlineMs; ; ) {
    try {
      const response = await fetch(`http://${host}:${port}/`)
      return (await response.json()) as Answer
    } catch (error) {
      if (performance.now() > endMs) throw error
      await sleep(50)
    }
  }
}

export async function inTime<T>(promise: Promise<T>): Promise<T> {
  const late = sleep(deadlineMs, undefined, { ref: false }).then(() => {
    throw new Error(`nothing happened in ${deadlineMs} ms`)
  })
  return Promise.race([promise, late])
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
