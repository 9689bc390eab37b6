import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Host, RunningServer } from '../host/host.ts'
import { processHost } from '../host/process-host.ts'
import type { FakeChanges } from '../testing/launch-plan.fixture.ts'
import { bringUp, short, startingAs } from './bring-up.fixture.ts'
import type { LaunchOptions } from './launch.ts'

test('a host that takes too long to start is told', async () => {
  const never = startingAs(processHost(), () => () => new Promise(() => {}))
  const { launched } = bringUp(['hang'], { deadlinesS: { ...short, start: 0.2 }, stopGraceS: 0.1 }, {}, never)
  await expect(launched).rejects.toMatchObject({ failureClass: 'infrastructure', phase: 'start' })
})

test('a host that takes too long to prepare is told, whatever it does meanwhile', async () => {
  const never: Host = { ...processHost(), prepare: () => new Promise(() => {}) }
  const { launched } = bringUp(['hang'], { deadlinesS: { ...short, start: 0.2 }, stopGraceS: 0.1 }, {}, never)
  await expect(launched).rejects.toMatchObject({ failureClass: 'infrastructure', phase: 'start' })
})

test.each([
  ['within the grace', 600, 5],
  ['after the grace', 1_500, 0.1],
])(
  'a host that takes no notice of the deadline and starts the server %s: it is ended',
  async (_when, lateMs, stopGraceS) => {
    const changes = { deadlinesS: { ...short, start: 0.2 }, stopGraceS }
    const { host, plan, launched, started } = bringUpLate(lateMs, changes)
    await expect(launched).rejects.toMatchObject({ failureClass: 'infrastructure', phase: 'start' })
    const { handle, ended } = await started
    await ended
    await expect.poll(() => host.countOwned(plan.label), { timeout: 20_000 }).toBe(0)
    expect(await host.attach(handle)).toBeUndefined()
  },
)

test('a launch that is cancelled while its host is still starting: the late server is ended', async () => {
  const abort = new AbortController()
  setTimeout(() => abort.abort(new Error('enough')), 200)
  const { host, plan, launched, started } = bringUpLate(600, {}, { signal: abort.signal })
  await expect(launched).rejects.toThrow('enough')
  await (await started).ended
  await expect.poll(() => host.countOwned(plan.label), { timeout: 20_000 }).toBe(0)
})

test('a host that starts the server and loses its own answer: nothing is left', async () => {
  const mute = startingAs(processHost(), (start) => async (copy, { signal: _, ...options }) => {
    await start(copy, options)
    return new Promise<never>(() => {})
  })
  const changes = { deadlinesS: { ...short, start: 1 }, stopGraceS: 0.2 }
  const { host, plan, launched } = bringUp(['serve={port}'], changes, {}, mute)
  await expect(launched).rejects.toMatchObject({ failureClass: 'infrastructure', phase: 'start' })
  expect(await host.countOwned(plan.label)).toBe(0)
})

/** A host that begins to start after a while, whoever has given up on it meanwhile. */
function bringUpLate(lateMs: number, changes: FakeChanges, options: Omit<LaunchOptions, 'folder'> = {}) {
  const { promise: started, resolve } = Promise.withResolvers<RunningServer>()
  const late = startingAs(processHost(), (start) => async (copy, { signal: _, ...rest }) => {
    await sleep(lateMs)
    const server = await start(copy, rest)
    resolve(server)
    return server
  })
  return { ...bringUp(['serve={port}'], changes, options, late), started }
}
