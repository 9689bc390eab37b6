import { afterAll, describe } from 'vitest'
import { startDockerDaemon } from '../../testing/docker-daemon.fixture.ts'
import { fakeDockerPlan, fakeWords } from '../../testing/launch-plan.fixture.ts'
import { hostContract } from '../host.contract.ts'
import { dockerHost } from './docker-host.ts'

const daemon = await startDockerDaemon()
const before = process.env.DOCKER_HOST
if (daemon) process.env.DOCKER_HOST = daemon.address
afterAll(async () => {
  if (before === undefined) delete process.env.DOCKER_HOST
  else process.env.DOCKER_HOST = before
  await daemon?.stop()
}, 60_000)

describe.skipIf(!daemon)('on a daemon of its own', () => {
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
})
