import { describe } from 'vitest'
import { fakeWords } from '../../testing/launch-plan.fixture.ts'
import { noSlurm, slurmCluster } from '../../testing/slurm-cluster.fixture.ts'
import { slurmPlan } from '../../testing/slurm-plan.fixture.ts'
import { hostContract } from '../host.contract.ts'
import { slurmHost } from './slurm-host.ts'

describe.skipIf(noSlurm !== undefined)('a real cluster', () => {
  slurmCluster()
  hostContract('slurm', {
    host: () => slurmHost(),
    plan: (label, processes) => slurmPlan(processes, { label }),
    serving: ({ ignoresTerm = false, words = [] } = {}) =>
      fakeWords([...(ignoresTerm ? ['ignore-term'] : []), 'serve={port}', ...words]),
    ending: ({ lines, exitCode }) => fakeWords([`lines=${lines}`, `exit=${exitCode}`]),
    absent: ['/reprise/no/such/command'],
    capabilities: {
      'tell who answers at a port': { can: false, reason: 'the processes of a node show nowhere on a login node' },
      'find what is left without its folder': { can: true },
      'refuse to start a command that it does not have': { can: true },
    },
  })
})
