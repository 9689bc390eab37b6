import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { LaunchEndRecord, processHost, ServerRecord } from '@reprise/launcher'
import { agenticHour, sweepJobWith } from '@reprise/matrix-generator/fixtures'
import { expect, onTestFinished } from 'vitest'
import { type StartedCli, startCli } from './run-cli.ts'
import { runHere } from './run-here.ts'
import { root } from './sources.ts'
import { temporaryFolder } from './temporary-folder.ts'

export const deadlineMs = 40_000
export const host = processHost()

export const fakeServer = join(root, 'packages/launcher/src/testing/fake-server.fixture.ts')

export const simJob = sweepJobWith(
  {
    image: 'reprise/sim:local',
    model: 'reprise/sim-8b',
    modelPrefix: 'sim',
    framework: 'sim',
    runner: 'cluster:local',
    scenario: { ...agenticHour, durationS: 4 },
    name: 'sim_tp1_conc1_kvnone',
    evaluation: { run: false },
  },
  {
    id: '3dcbd2e1adfa85dc',
    name: 'sim_tp1_conc1_kvnone',
    configKey: 'sim-fp8-local-sim',
    profile: 'local',
    runsOn: ['ubuntu-latest'],
    recipe: 'benchmarks/sim-fp8-local-sim.yaml',
  },
)

export interface Place {
  /** Where the commands run. */
  readonly cwd: string
  readonly folder: string
  readonly job: string
  readonly state: string
}

/**
 * A job of the engine model, or, with `deeds` or the text of a recipe, one that starts the fake server in a small repository of its own.
 * Whatever it starts ends with the test.
 */
export function place({
  deeds,
  recipe = deeds && recipeText(deeds),
}: {
  deeds?: string[]
  recipe?: string
} = {}): Place {
  const folder = temporaryFolder()
  const [job, state] = [join(folder, 'job.json'), join(folder, 'launch')]
  onTestFinished(async () => {
    const file = join(state, 'server.json')
    if (existsSync(file)) await host.cleanUp(ServerRecord.parse(readJson(file)).label, { graceS: 0.2 })
  })
  writeFileSync(job, JSON.stringify(recipe === undefined ? simJob : { ...simJob, recipe: 'benchmarks/fake.yaml' }))
  if (recipe === undefined) return { cwd: root, folder, job, state }
  for (const name of ['benchmarks', 'runners']) mkdirSync(join(folder, name))
  writeFileSync(join(folder, 'benchmarks/fake.yaml'), recipe)
  const profile = { name: 'local', host: 'process', vendor: 'none', 'runs-on': ['ubuntu-latest'] }
  const limits = { 'timeout-minutes': 5, 'stop-grace-s': 0.5 }
  writeFileSync(join(folder, 'runners/local.yaml'), JSON.stringify({ ...profile, ...limits }))
  return { cwd: folder, folder, job, state }
}

/** A recipe is YAML, and so is JSON. */
export function recipeText(deeds: readonly string[], evaluation?: readonly string[], deadlineS = 600): string {
  return JSON.stringify({
    title: 'A server that does as it is told',
    engine: 'other',
    server: {
      command: [process.execPath, fakeServer, ...deeds],
      env: { PORT: `\${port}` },
      'health-path': '/health',
      'deadlines-s': { start: 10, load: 30, ready: 10, warm: 10 },
    },
    ...(evaluation && { evaluation: { command: evaluation, 'deadline-s': deadlineS } }),
  })
}

/** `launch run` of the place's job. */
export function launchRun({ cwd, job, state }: Place, ...flags: string[]): StartedCli {
  return startCli(['launch', 'run', '--job', job, '--state', state, ...flags], { deadlineMs, cwd })
}

export async function stop(state: string): Promise<LaunchEndRecord> {
  const run = await runHere(['launch', 'stop', '--state', state, '--json'])
  expect(run.code, run.stderr).toBe(0)
  return LaunchEndRecord.parse(JSON.parse(run.stdout))
}

export async function labelIn(state: string): Promise<string> {
  const file = join(state, 'server.json')
  await fileThere(file)
  const { label } = ServerRecord.parse(readJson(file))
  await expect.poll(() => host.countOwned(label), { timeout: deadlineMs }).toBeGreaterThan(1)
  return label
}

export async function fileThere(file: string): Promise<void> {
  const endMs = performance.now() + deadlineMs
  while (!existsSync(file)) {
    if (performance.now() > endMs) throw new Error(`${file} did not appear`)
    await sleep(50)
  }
  // The writer may still be at it.
  await sleep(50)
}

export function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'))
}
