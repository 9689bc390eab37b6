import { describe, expect, test } from 'vitest'
import { type FakeFaults, FakeWorld } from '../testing/fake-host.fixture.ts'
import { fakePlan, fakeWords } from '../testing/launch-plan.fixture.ts'
import { hostContract } from './host.contract.ts'
import { hostCases } from './host-cases.fixture.ts'
import type { HostUnderTest } from './host-under-test.fixture.ts'

/** A world of its own, whose hosts all have these faults. */
function fakes(faults: FakeFaults = {}): HostUnderTest {
  const world = new FakeWorld()
  return {
    host: () => world.host(faults),
    plan: (label, processes) => ({ ...fakePlan([]), label, processes: [...processes] }),
    serving: ({ ignoresTerm = false, words = [] } = {}) =>
      fakeWords([...(ignoresTerm ? ['ignore-term'] : []), 'serve={port}', ...words]),
    ending: ({ lines, exitCode }) => fakeWords([`lines=${lines}`, `exit=${exitCode}`]),
    absent: ['reprise-no-such-command'],
    capabilities: {
      'tell who answers at a port': { can: true },
      'find what is left without its folder': { can: true },
      'refuse to start a command that it does not have': { can: true },
    },
  }
}

hostContract('a fake that keeps every promise', fakes())
hostContract('a fake that is late and keeps every promise', fakes({ lateMs: 150 }))

const unwanted = 'a server that is not wanted any more is not started, and what has been started of it is ended'

describe('the contract notices a host that', () => {
  test.each<[string, FakeFaults, keyof typeof hostCases]>([
    ['starts what is not wanted any more', { ignoresAbort: true }, unwanted],
    ['starts it late', { ignoresAbort: true, lateMs: 100 }, unwanted],
    ['removes nothing', { keepsAll: true }, 'cleaning up ends the server and frees its port, and is fine to do twice'],
    [
      'takes the processes of others for its own',
      { takesPrefixes: true },
      'cleaning up leaves everything that carries another label',
    ],
    ['forgets how a process ended', { forgetsEnds: true }, 'the end of a server is known to whoever comes later'],
    [
      'lets its processes die',
      { dies: { exitCode: 3, role: 'server' } },
      'a server can be found again by its handle, and cleaned up by whoever has its label',
    ],
  ])('%s', async (_what, faults, name) => {
    await expect(hostCases[name](fakes(faults))).rejects.toThrow()
  })
})
