import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DockerDaemon } from '@reprise/launcher/fixtures'
import { expect } from 'vitest'
import { simJob } from './launch-place.ts'
import { bin, type CliRun, runCli, startCli } from './run-cli.ts'
import { temporaryFolder } from './temporary-folder.ts'

export const deadlineMs = 120_000

/** A profile of a fleet without accelerators whose servers run in containers; JSON is YAML. */
export function dockerProfile(changes: object = {}): string {
  const profile = { name: 'local', host: 'docker', vendor: 'none', 'runs-on': ['x'] }
  return JSON.stringify({ ...profile, 'timeout-minutes': 5, 'stop-grace-s': 2, ...changes })
}

/** A small repository with one job of the engine model in a container, and where its launches keep their records. */
export function dockerPlace(
  daemon: DockerDaemon,
  { image = daemon.image, profile = {} }: { image?: string; profile?: object } = {},
) {
  const cwd = temporaryFolder()
  for (const name of ['benchmarks', 'runners']) mkdirSync(join(cwd, name))
  writeFileSync(join(cwd, 'runners/local.yaml'), dockerProfile(profile))
  const engine = 'benchmarks/engines/sim-8b.json'
  const command = ['node', bin, 'serve', '--host', '127.0.0.1', '--port', `\${port}`, '--engine', engine]
  const server = { command, 'health-path': '/health', 'deadlines-s': { start: 60, load: 60, ready: 60, warm: 60 } }
  writeFileSync(
    join(cwd, 'benchmarks/fake.yaml'),
    JSON.stringify({ title: 'The engine model', engine: 'other', server }),
  )
  const job = {
    ...simJob,
    recipe: 'benchmarks/fake.yaml',
    job: { ...simJob.job, image },
    row: { ...simJob.row, image },
  }
  writeFileSync(join(cwd, 'job.json'), JSON.stringify(job))
  const env = { DOCKER_HOST: daemon.address }
  const launch = (state: string, ...flags: string[]) => launchWithin(deadlineMs, state, ...flags)
  const launchWithin = (deadlineMs: number, state: string, ...flags: string[]) =>
    startCli(['launch', 'run', '--job', 'job.json', '--state', state, '--detach', '--json', ...flags], {
      cwd,
      env,
      deadlineMs,
    })
  const stop = (state: string): Promise<CliRun> =>
    runCli(['launch', 'stop', '--state', state, '--json'], { cwd, env, deadlineMs })
  return { cwd, env, launch, launchWithin, stop }
}

/** Of an image that is left, whether it has lost its name alone, or everything. */
export const nameAndDigest = '{{.Repository}}:{{.Tag}}@{{.Digest}} {{.ID}}'

/** What launches must not leave: containers, processes of theirs, files that nobody knows. */
export function leftOf(daemon: DockerDaemon): object {
  return {
    containers: daemon.docker('ps', '--all', '--quiet', '--filter', 'label=dev.reprise.label').trim(),
    dangling: daemon.docker('images', '--filter', 'dangling=true', '--format', nameAndDigest).trim(),
    folders: readdirSync(tmpdir()).filter((name) => name.startsWith('reprise-env-')),
  }
}

export const nothing = { containers: '', dangling: '', folders: [] }

/**
 * Kills a launch (-9) after a while, as often as there are instants; after each, either its folder is stopped, or the next launch is of another
 * folder, and ends what nobody else will. Nothing may be left then. Returns how many had not come to their end.
 */
export async function killLaunches(
  daemon: DockerDaemon,
  instantsMs: readonly number[],
  { before = () => {}, ...given }: { readonly image?: string; readonly before?: () => void | Promise<void> } = {},
): Promise<number> {
  const place = dockerPlace(daemon, given)
  let killed = 0
  for (const [i, afterMs] of instantsMs.entries()) {
    await before()
    const state = join(place.cwd, `launch-${i}`)
    const { child, ended } = place.launch(state, '--quiet')
    await Promise.race([sleep(afterMs), ended])
    if (child.exitCode === null) killed += 1
    child.kill('SIGKILL')
    await ended
    if (i % 2 === 1 && !existsSync(join(state, 'launch.json'))) {
      const next = join(place.cwd, `next-${i}`)
      const run = await place.launch(next, '--quiet').ended
      expect(run.code, `after ${afterMs} ms: ${run.stderr}`).toBe(0)
      expect(daemon.docker('ps', '--all', '--quiet').trim().split('\n'), `after ${afterMs} ms`).toHaveLength(1)
      await place.stop(next)
    } else {
      const run = await place.stop(state)
      expect(run.code, run.stderr).toBe(0)
    }
    // A pull outlives its launcher, to its end: for a moment its image has no name yet.
    await expect.poll(() => leftOf(daemon), { timeout: 60_000, message: `killed after ${afterMs} ms` }).toEqual(nothing)
  }
  return killed
}
