import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished } from 'vitest'
import { LaunchError } from '../plan/launch-error.ts'
import { copiesOf } from '../plan/planned-process.ts'
import {
  answerOf,
  deadlineMs,
  expectGone,
  expectSilence,
  freePort,
  type HostUnderTest,
  inTime,
  openPlace,
  openServer,
  processOf,
  startIn,
} from './host-under-test.fixture.ts'

/** What every host must do, by what it is. Each rejects where the host does not; to be called in a test. */
export const hostCases = {
  'a server is there once it is started, and has the port in its words and its environment': async (under) => {
    const words = ['--label={port}/{port}', 'say={ports}']
    const env = { ADDRESS: 'http://[::1]:{port}/' }
    const { host, address, options, label, start } = await openServer(under, under.serving({ words }), { env })
    const server = await start()
    expect(server.isRunning()).toBe(true)
    expect(server.handle).toMatchObject({ label, host: host.kind, name: 'server', address, logFile: options.logFile })
    const answer = await answerOf(address)
    const { port } = address
    expect(answer.argv).toEqual(expect.arrayContaining([`--label=${port}/${port}`, 'say={ports}']))
    expect(answer.env.ADDRESS).toBe(`http://[::1]:${port}/`)
    expect(await host.endOf(server.handle)).toBeUndefined()
    expect(await host.countOwned(label)).toBeGreaterThan(0)
  },

  'the log is whole when the server has ended, and its exit code is known': async (under) => {
    const { options, start } = await openServer(under, under.ending({ lines: 500, exitCode: 7 }))
    const server = await start()
    expect(await inTime(server.ended)).toEqual({ exitCode: 7 })
    expect(server.isRunning()).toBe(false)
    const lines = readFileSync(options.logFile, 'utf8').trim().split('\n')
    expect(lines.toSorted(byNumber)).toEqual(Array.from({ length: 500 }, (_, i) => `line ${i + 1}`))
  },

  'the end of a server is known to whoever comes later': async (under) => {
    const { host, label, start } = await openServer(under, under.ending({ lines: 1, exitCode: 9 }))
    const { handle, ended } = await start()
    await inTime(ended)
    expect(await under.host().endOf(handle)).toEqual({ exitCode: 9 })
    await host.cleanUp(label, { graceS: 1 })
    expect(await under.host().attach(handle)).toBeUndefined()
    expect(await under.host().endOf(handle)).toEqual({ exitCode: 9 })
  },

  'cleaning up ends the server and frees its port, and is fine to do twice': async (under) => {
    const { host, label, address, start } = await openServer(under, under.serving())
    const server = await start()
    await answerOf(address)
    expect((await host.cleanUp(label, { graceS: 5 })).removed).toBeGreaterThan(0)
    await expectGone(host, server)
    expect(await host.cleanUp(label, { graceS: 5 })).toEqual({ removed: 0 })
  },

  'a server that takes no notice is ended after the grace': async (under) => {
    const { host, label, address, start } = await openServer(under, under.serving({ ignoresTerm: true }))
    const server = await start()
    await answerOf(address)
    await host.cleanUp(label, { graceS: 0.3 })
    await expectGone(host, server)
  },

  'cleaning up leaves everything that carries another label': async (under) => {
    const one = await openServer(under, under.serving())
    const kin = await openServer(under, under.serving(), { label: `${one.label}-2` })
    await one.start()
    const kept = await kin.start()
    await answerOf(kin.address)
    for (const label of [one.label, 'reprise', 'reprise-contract']) await under.host().cleanUp(label, { graceS: 2 })
    expect(kept.isRunning()).toBe(true)
    await answerOf(kin.address)
  },

  'a server can be found again by its handle, and cleaned up by whoever has its label': async (under) => {
    const { label, address, start } = await openServer(under, under.serving())
    const { handle } = await start()
    const other = under.host()
    const found = await other.attach(JSON.parse(JSON.stringify(handle)))
    expect(found?.handle).toEqual(handle)
    expect(found?.isRunning()).toBe(true)
    await answerOf(address)
    await other.cleanUp(label, { graceS: 5 })
    await inTime(found!.ended)
    expect(await other.attach(handle)).toBeUndefined()
    expect(await other.countOwned(label)).toBe(0)
  },

  'what is left is found by whoever knows nothing of it, as long as it is there': async (under) => {
    const { host, owner, label, start, atRest } = await openServer(under, under.serving())
    const mine = async () => (await under.host().owned()).filter((each) => each.label === label)
    const { can } = under.capabilities['find what is left without its folder']
    expect(await mine()).toEqual(can && atRest > 0 ? [owner] : [])
    await start()
    expect(await mine()).toEqual(can ? [owner] : [])
    await host.cleanUp(label, { graceS: 2 })
    expect(await mine()).toEqual([])
  },

  'who answers at its port is told, where the place can tell': async (under) => {
    const { host, address, start } = await openServer(under, under.serving())
    const { handle } = await start()
    await answerOf(address)
    const { can } = under.capabilities['tell who answers at a port']
    expect(await host.answersFor(handle)).toBe(can ? true : undefined)
    const other = createServer()
    onTestFinished(() => void other.close())
    const port = await freePort()
    await new Promise<void>((done) => other.listen(port, '127.0.0.1', done))
    expect(await host.answersFor({ ...handle, address: { ...address, port } })).toBe(can ? false : undefined)
  },

  'several processes of one launch have names, logs and addresses of their own, and are ended together': async (
    under,
  ) => {
    const { host, label, folder, prepare } = await openPlace(under)
    const workers = { ...processOf(under.serving()), role: 'prefill' as const, count: 2 }
    const peers = { each: 'prefill' as const, words: ['--worker', '--at={host}:{port}'] }
    const router = {
      ...processOf([]),
      role: 'router' as const,
      placement: { kind: 'first-node' as const },
      argv: [...under.serving(), peers],
    }
    const place = await prepare([workers, router])
    const [first, second, front] = copiesOf([workers, router])
    const [one, two] = [await startIn(place, first!, folder), await startIn(place, second!, folder)]
    const addresses = [one, two].map(({ handle }) => handle.address)
    const three = await startIn(place, front!, folder, { prefill: addresses })
    const servers = [one, two, three]
    expect(servers.map(({ handle }) => handle.name)).toEqual(['prefill-0', 'prefill-1', 'router'])
    for (const key of ['id', 'logFile', 'address'] as const)
      expect(new Set(servers.map(({ handle }) => JSON.stringify(handle[key]))).size).toBe(3)
    const { argv } = await answerOf(three.handle.address)
    expect(argv.slice(-4)).toEqual(addresses.flatMap((each) => ['--worker', `--at=${each.host}:${each.port}`]))
    for (const { handle } of servers) await answerOf(handle.address)
    await host.cleanUp(label, { graceS: 2 })
    for (const server of servers) await expectGone(host, server)
  },

  'what cannot be started is a launch error of the host and leaves nothing, or ends at once': async (under) => {
    const { host, label, start, atRest } = await openServer(under, under.absent)
    const { can } = under.capabilities['refuse to start a command that it does not have']
    if (!can) return expect((await inTime((await start()).ended)).exitCode).toBe(127)
    const failure = await start().catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(LaunchError)
    expect(failure).toMatchObject({ failureClass: 'infrastructure', phase: 'start' })
    await expect.poll(() => host.countOwned(label), { timeout: deadlineMs }).toBe(atRest)
  },

  'a server that is not wanted any more is not started, and what has been started of it is ended': async (under) => {
    const { host, label, address, start, atRest } = await openServer(under, under.serving({ ignoresTerm: true }))
    const reason = new Error('enough')
    await expect(start({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(await host.countOwned(label)).toBe(atRest)
    const abort = new AbortController()
    const starting = start({ signal: abort.signal })
    abort.abort(reason)
    await expect(starting).rejects.toBe(reason)
    expect(await host.countOwned(label)).toBe(atRest)
    // Nothing comes to life later, either.
    await sleep(500)
    expect(await host.countOwned(label)).toBe(atRest)
    await expectSilence(address)
  },

  'a place that is not wanted any more is not made': async (under) => {
    const { host, label, prepare } = await openPlace(under)
    const reason = new Error('enough')
    await expect(prepare([processOf(under.serving())], AbortSignal.abort(reason))).rejects.toBe(reason)
    expect(await host.countOwned(label)).toBe(0)
  },

  'a log that cannot be written is a launch error of the host': async (under) => {
    const { host, label, options, start, atRest } = await openServer(under, under.serving())
    const failure = await start({ logFile: join(options.logFile, 'not', 'there.log') }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ name: 'LaunchError', failureClass: 'infrastructure', phase: 'start' })
    expect(await host.countOwned(label)).toBe(atRest)
  },
} as const satisfies Record<string, (under: HostUnderTest) => Promise<void>>

function byNumber(a: string, b: string): number {
  return Number(a.split(' ')[1]) - Number(b.split(' ')[1])
}
