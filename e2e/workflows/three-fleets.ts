/** What the servers of the second fleet get from the environment of their runner, and write into their logs. */
export const secretVariable = 'FLEET_TOKEN'

const profile = (name: string, host: string) => `name: ${name}
host: ${host}
vendor: none
runs-on: [ubuntu-latest]
port: auto
timeout-minutes: 10
max-parallel: 1
stop-grace-s: 5
${name === 'two' ? `secret-env: [${secretVariable}]\n` : ''}`

const recipe = (command: readonly string[], { start = 20 } = {}) => `title: A simulated server
engine: other
links: []
server:
  command: ${JSON.stringify(command)}
  flags:
    --host: 127.0.0.1
    --port: \${port}
    --engine: benchmarks/engines/sim-8b.json
  health-path: /health
  deadlines-s: { start: ${start}, load: 20, ready: 20, warm: 20 }
replay:
  preset: agentx-v0.1
  time-scale: 0.05
  quiesce-ms: 500
`

const entry = (fleet: string) => `
sim-on-${fleet}:
  framework: ${fleet}
  runner: cluster:${fleet}
  scenarios:
    agentic-coding:
    - search-space:
      - { tp: 1, kv-offloading: none, conc-list: [1] }
`

/** What stands for the hosts of three fleets, by the kind of each. */
export type FleetHosts = Readonly<Record<'one' | 'two' | 'three', string>>

/** A sweep of three jobs, one for each of three fleets; that of the second tells its log what it knows, that of the third dies. */
export function threeFleets(hosts: FleetHosts): Readonly<Record<string, string>> {
  const fleets = Object.entries(hosts)
  return {
    'configs/three.yaml': `
defaults:
  image: reprise/sim:local
  model: reprise/sim-8b
  model-prefix: sim
  precision: fp8
  multinode: false
${fleets.map(([fleet]) => entry(fleet)).join('')}`,
    'configs/three-runners.yaml': `labels: { ${fleets.map(([fleet]) => `"cluster:${fleet}": [${fleet}_00]`).join(', ')} }\n`,
    ...Object.fromEntries(fleets.map(([fleet, host]) => [`runners/${fleet}.yaml`, profile(fleet, host)])),
    'benchmarks/sim-on-one.yaml': recipe(['reprise', 'serve']),
    'benchmarks/sim-on-two.yaml': recipe(['node', 'e2e/workflows/faults/tell-environment.mjs']),
    'benchmarks/sim-on-three.yaml': recipe(['node', 'e2e/workflows/faults/die-after.mjs', '3']),
  }
}
