import { sweepJobWith } from '@reprise/matrix-generator/fixtures'

/** A short job of a server that needs no accelerator. */
export const sampleJob = sweepJobWith(
  {
    image: 'reprise/sim:local',
    model: 'reprise/sim-8b',
    modelPrefix: 'sim',
    framework: 'sim',
    runner: 'cluster:local',
    scenario: { kind: 'fixed-seq-len', inputTokens: 64, outputTokens: 8, maxModelTokens: 328 },
    name: 'sample',
    evaluation: { run: false },
  },
  {
    name: 'sample',
    configKey: 'sim-fp8-local-sim',
    profile: 'local',
    runsOn: ['ubuntu-latest'],
    recipe: 'benchmarks/sim-fp8-local-sim.yaml',
    timeoutMinutes: 5,
  },
)
