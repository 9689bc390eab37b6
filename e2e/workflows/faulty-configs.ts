const recipe = (command: readonly string[], deadlineS: number) => `
title: A server with a fault
engine: other
links: []
server:
  command: ${JSON.stringify(command)}
  flags:
    --host: 127.0.0.1
    --port: \${port}
    --engine: benchmarks/engines/sim-8b.json
  health-path: /health
  deadlines-s: { start: 20, load: 20, ready: ${deadlineS}, warm: 20 }
replay:
  preset: agentx-v0.1
  time-scale: 0.05
  quiesce-ms: 500
`

const entry = (framework: string, conc: string) => `
sim-${framework}:
  framework: ${framework}
  scenarios:
    agentic-coding:
    - search-space:
      - { tp: 1, kv-offloading: none, conc-list: ${conc} }
`

const fault = (name: string, ...args: string[]) => ['node', `e2e/workflows/faults/${name}.mjs`, ...args]

/** Configurations whose servers die, never get ready or refuse, and one without a recipe, by path in the repository. */
export const faultyConfigs: Readonly<Record<string, string>> = {
  'configs/faults.yaml': `
defaults:
  image: reprise/sim:local
  model: reprise/sim-8b
  model-prefix: sim
  precision: fp8
  runner: cluster:local
  multinode: false
${entry('dies', '[1]')}${entry('silent', '[1]')}${entry('refuses', '[4]')}${entry('bare', '[1, 2]')}`,
  'benchmarks/sim-fp8-local-dies.yaml': recipe(fault('die-after', '3'), 20),
  'benchmarks/sim-fp8-local-silent.yaml': recipe(fault('never-ready'), 2),
  'benchmarks/sim-fp8-local-refuses.yaml': recipe(fault('refuse-after', '8'), 20),
}

/** Calls the collector alone, on what another run has left. */
export const collectAgain = `
name: Collect again
on:
  workflow_dispatch:
jobs:
  collect:
    uses: ./.github/workflows/collect-results.yml
`

/** Comments on what another run has collected. */
export const commentAgain = `
name: Comment again
on:
  workflow_dispatch:
jobs:
  comment:
    uses: ./.github/workflows/comment.yml
    with:
      number: '7'
      artifact: results
      mark: 'reprise: sweep results'
`

/** Calls the benchmark with one job. */
export const oneJob = `
name: One job
on:
  workflow_dispatch:
    inputs:
      job:
        type: string
        required: true
jobs:
  job:
    uses: ./.github/workflows/benchmark-tmpl.yml
    with:
      job: \${{ inputs.job }}
`
