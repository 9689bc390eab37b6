import { describe } from 'vitest'
import type { SlurmPlan } from '../../plan/launch-plan.ts'
import type { PlannedProcess } from '../../plan/planned-process.ts'
import { fakeWords } from '../../testing/launch-plan.fixture.ts'
import { noSlurm, slurmCluster } from '../../testing/slurm-cluster.fixture.ts'
import { hostContract } from '../host.contract.ts'
import { slurmHost } from './slurm-host.ts'

export function slurmPlan(
  label: string,
  processes: readonly PlannedProcess[],
  changes: Partial<SlurmPlan> = {},
): SlurmPlan {
  return {
    schema: 'launch-plan/2',
    label,
    host: 'slurm',
    processes: [...processes],
    model: 'm',
    vendor: 'none',
    secretEnv: [],
    deadlinesS: { queue: 20, start: 10, load: 10, ready: 10, warm: 10 },
    stopGraceS: 2,
    allocation: {
      exclude: [],
      nodes: 1,
      gpusPerNode: 2,
      exclusive: false,
      timeLimitMinutes: 5,
      cpusPerTask: 8,
      memory: '1G',
    },
    health: {},
    seat: { kind: 'plain' },
    ...changes,
  }
}

describe.skipIf(noSlurm !== undefined)('a real cluster', () => {
  slurmCluster()
  hostContract('slurm', {
    host: () => slurmHost(),
    plan: (label, processes) => slurmPlan(label, processes),
    serving: ({ ignoresTerm = false, words = [] } = {}) =>
      fakeWords([...(ignoresTerm ? ['ignore-term'] : []), 'serve={port}', ...words]),
    ending: ({ lines, exitCode }) => fakeWords([`lines=${lines}`, `exit=${exitCode}`]),
    absent: ['/reprise/no/such/command'],
    capabilities: {
      'tell who answers at a port': { can: false, reason: 'the processes of a node show nowhere on a login node' },
      'find what is left without its folder': { can: true },
    },
  })
})
