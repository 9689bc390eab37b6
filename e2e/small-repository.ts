import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './sources.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Servers of `small-repository.yaml`'s configurations, by the framework that names them. */
const commands: Readonly<Record<string, readonly string[]>> = {
  sound: ['reprise', 'serve'],
  refuses: ['node', join(root, 'e2e/workflows/faults/refuse-after.mjs'), '12'],
  dies: ['node', join(root, 'e2e/workflows/faults/die-after.mjs'), '8'],
  absent: ['reprise', 'no-such-command'],
}

/**
 * A folder like the project's own, with a configuration `tiny-<framework>` of one agentic point for each kind of server: `sound`, `refuses`
 * after a few requests, `dies` on its way, `absent` cannot be started. `unrecipied` has no recipe.
 */
export function smallRepository(): { readonly folder: string; readonly configFiles: readonly string[] } {
  const folder = temporaryFolder()
  for (const name of ['configs', 'benchmarks', 'runners']) mkdirSync(join(folder, name))
  const write = (path: string, text: string) => writeFileSync(join(folder, path), text)
  cpSync(join(root, 'runners/local.yaml'), join(folder, 'runners/local.yaml'))
  write('configs/runners.yaml', 'labels: { "cluster:local": [local_00] }\n')
  write('benchmarks/engine.json', JSON.stringify({ model: 'acme/tiny', stepTime: { baseMs: 1 } }))
  write('configs/tiny.yaml', [...Object.keys(commands), 'unrecipied'].map(entry).join(''))
  for (const [name, command] of Object.entries(commands)) write(`benchmarks/tiny-${name}.yaml`, recipe(command))
  return { folder, configFiles: ['configs/tiny.yaml'] }
}

function entry(framework: string): string {
  return `tiny-${framework}:
  image: acme/server:v1
  model: acme/tiny
  model-prefix: tiny
  precision: fp8
  framework: ${framework}
  runner: cluster:local
  multinode: false
  scenarios:
    agentic-coding:
    - search-space:
      - { tp: 1, kv-offloading: none, conc-list: [4] }
`
}

function recipe(command: readonly string[]): string {
  return `title: A small server
engine: other
links: []
server:
  command: ${JSON.stringify(command)}
  flags:
    --host: 127.0.0.1
    --port: \${port}
    --engine: benchmarks/engine.json
  health-path: /health
  deadlines-s: { start: 20, load: 20, ready: 20, warm: 20 }
replay:
  preset: agentx-v0.1
  time-scale: 0.05
  quiesce-ms: 200
`
}
