import type { SlurmPlan } from '../plan/launch-plan.ts'
import type { PlannedProcess } from '../plan/planned-process.ts'
import { fakeProcess, freshLabel } from './launch-plan.fixture.ts'

export type SlurmChanges = Partial<Omit<SlurmPlan, 'allocation'>> & {
  readonly allocation?: Partial<SlurmPlan['allocation']>
}

/** A plan for the tests' cluster: a part of one node, deadlines that a test can wait for. */
export function slurmPlan(
  processes: readonly PlannedProcess[],
  { allocation, ...changes }: SlurmChanges = {},
): SlurmPlan {
  return {
    schema: 'launch-plan/2',
    label: freshLabel(),
    host: 'slurm',
    processes: [...processes],
    secretEnv: [],
    model: 'm',
    vendor: 'none',
    deadlinesS: { queue: 20, start: 20, load: 20, ready: 10, warm: 10 },
    stopGraceS: 2,
    allocation: { ...partOfANode, ...allocation },
    health: {},
    seat: { kind: 'plain' },
    ...changes,
  }
}

const partOfANode = {
  exclude: [],
  nodes: 1,
  gpusPerNode: 2,
  exclusive: false,
  timeLimitMinutes: 5,
  cpusPerTask: 8,
  memory: '1G',
}

/** Two whole nodes. */
export const twoNodes = { nodes: 2, gpusPerNode: 8, exclusive: true, timeLimitMinutes: 5 } as const

/** A worker of each kind with a node of its own, and a router in front. */
export function disaggregated(): PlannedProcess[] {
  const front = fakeProcess(['serve={port}'])
  const workers = (['prefill', 'decode'] as const).map((each) => ({ each, words: [`--${each}=http://{host}:{port}`] }))
  return [
    fakeProcess(['serve={port}'], { role: 'prefill', gpus: 8 }),
    fakeProcess(['serve={port}'], { role: 'decode', gpus: 8 }),
    { ...front, role: 'router', placement: { kind: 'first-node' }, argv: [...front.argv, ...workers] },
  ]
}
