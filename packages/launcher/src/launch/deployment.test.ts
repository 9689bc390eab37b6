import { expect, onTestFinished, test } from 'vitest'
import type { ServerHandle } from '../host/host.ts'
import type { ProcessPlan } from '../plan/launch-plan.ts'
import type { PlannedProcess } from '../plan/planned-process.ts'
import { type FakeFaults, FakeWorld } from '../testing/fake-host.fixture.ts'
import { fakePlan, fakeProcess, scratchFolder } from '../testing/launch-plan.fixture.ts'
import { short } from './bring-up.fixture.ts'
import { type LaunchOptions, launch } from './launch.ts'

/** One worker that fills the cache, two that answer, and what requests go to. */
function disaggregated(router: Partial<PlannedProcess> = {}): PlannedProcess[] {
  const workers = (['prefill', 'decode'] as const).map((each) => ({
    each,
    words: [`--${each}`, 'http://{host}:{port}'],
  }))
  const front = fakeProcess(['serve={port}'])
  return [
    fakeProcess(['serve={port}'], { role: 'prefill', gpus: 4 }),
    fakeProcess(['serve={port}'], { role: 'decode', count: 2, gpus: 4 }),
    { ...front, role: 'router', placement: { kind: 'first-node' }, argv: [...front.argv, ...workers], ...router },
  ]
}

function bringUp(
  processes: PlannedProcess[],
  { faults, ...changes }: Partial<ProcessPlan> & { faults?: FakeFaults } = {},
  options: Omit<LaunchOptions, 'folder'> = {},
) {
  const host = new FakeWorld().host(faults)
  const plan = { ...fakePlan([]), processes, stopGraceS: 0.1, ...changes }
  onTestFinished(async () => void (await host.cleanUp(plan.label, { graceS: 0.1 })))
  return { host, plan, launched: launch(plan, host, { folder: scratchFolder(), ...options }) }
}

test('workers are brought up before their router, which learns their addresses and is what requests go to', async () => {
  const started: ServerHandle[][] = []
  const { host, plan, launched } = bringUp(disaggregated(), {}, { onStarted: (all) => void started.push([...all]) })
  const { front, servers } = await launched
  expect(servers.map(({ name }) => name)).toEqual(['prefill', 'decode-0', 'decode-1', 'router'])
  expect(front).toBe(servers[3])
  expect(started.map((all) => all.map(({ name }) => name))).toEqual([
    ['prefill'],
    ['prefill', 'decode-0'],
    ['prefill', 'decode-0', 'decode-1'],
    ['prefill', 'decode-0', 'decode-1', 'router'],
  ])
  const { argv } = (await (await fetch(front.endpoint.url)).json()) as { argv: string[] }
  const [prefill, ...decode] = servers.map(({ endpoint }) => endpoint.url)
  expect(argv.slice(-6)).toEqual(['--prefill', prefill, '--decode', decode[0], '--decode', decode[1]])
  await host.cleanUp(plan.label, { graceS: 1 })
  expect(await host.countOwned(plan.label)).toBe(0)
})

test('a worker that never becomes ready is named, its router is not started, and nothing is left', async () => {
  const processes = disaggregated()
  const names: string[] = []
  const { host, plan, launched } = bringUp(
    processes.map((each) => (each.role === 'decode' ? { ...each, argv: fakeProcess(['hang']).argv } : each)),
    { deadlinesS: { ...short, load: 0.3 } },
    { onStarted: (all) => void names.push(all.at(-1)!.name) },
  )
  await expect(launched).rejects.toMatchObject({
    phase: 'load',
    message: expect.stringMatching(/^decode-0 did not get through phase load in 0\.3 s/),
  })
  expect(names).toEqual(['prefill', 'decode-0', 'decode-1'])
  expect(await host.countOwned(plan.label)).toBe(0)
})

test('a worker that dies as its router is started ends the launch, and is named', async () => {
  const { host, plan, launched } = bringUp(disaggregated({ argv: fakeProcess(['hang']).argv }), {
    faults: { dies: { exitCode: 7, role: 'decode' } },
    deadlinesS: { ...short, load: 5 },
  })
  await expect(launched).rejects.toMatchObject({
    message: expect.stringMatching(/^decode-0 ended by itself with exit code 7 before it was ready/),
  })
  expect(await host.countOwned(plan.label)).toBe(0)
})

test('a host that starts a process and loses its answer: nothing is left', async () => {
  const { host, plan, launched } = bringUp([fakeProcess(['serve={port}'])], {
    faults: { losesAnswer: true },
    deadlinesS: { ...short, start: 0.3 },
  })
  await expect(launched).rejects.toMatchObject({ failureClass: 'infrastructure', phase: 'start' })
  expect(await host.countOwned(plan.label)).toBe(0)
})
