import { root } from '../sources.ts'

/** What the servers of the first fleet get from the environment of their runner, and write into their logs. */
export const secretVariable = 'FLEET_TOKEN'

export type HostKind = 'process' | 'docker' | 'slurm'

const settings: Readonly<Record<HostKind, string>> = {
  process: '',
  // The project as it lies here, links of workspaces included.
  docker: `docker: { log-mib: 4 }\nmounts:\n- { from: ${root}, to: ${root}, read-only: true }\n`,
  slurm: 'slurm: { gpus-per-node: 8, run: plain, exclusive: false }\n',
}

const profile = (name: string, host: HostKind) => `name: ${name}
host: ${host}
vendor: none
runs-on: [ubuntu-latest]
port: auto
timeout-minutes: 10
max-parallel: 1
stop-grace-s: 5
${name === 'one' ? `secret-env: [${secretVariable}]\n` : ''}${settings[host]}`

const recipe = (command: readonly string[]) => `title: A simulated server
engine: other
links: []
server:
  command: ${JSON.stringify(command)}
  flags:
    --host: 127.0.0.1
    --port: \${port}
    --engine: benchmarks/engines/sim-8b.json
  health-path: /health
  deadlines-s: { start: 30, load: 30, ready: 30, warm: 30 }
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
export type FleetHosts = Readonly<Record<'one' | 'two' | 'three', HostKind>>

/** A sweep of three jobs, one for each of three fleets; that of the first tells its log what it knows, that of the third dies. */
export function threeFleets(hosts: FleetHosts): Readonly<Record<string, string>> {
  const fleets = Object.entries(hosts) as [keyof FleetHosts, HostKind][]
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
    'benchmarks/sim-on-one.yaml': recipe(['node', 'e2e/workflows/faults/tell-environment.mjs']),
    // The image has the project in it, and no command of that name.
    'benchmarks/sim-on-two.yaml': recipe(
      hosts.two === 'docker' ? ['node', 'packages/cli/bin/reprise.mjs', 'serve'] : ['reprise', 'serve'],
    ),
    'benchmarks/sim-on-three.yaml': recipe(['node', 'e2e/workflows/faults/die-after.mjs', '3']),
  }
}
