import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll } from 'vitest'

const programs = ['slurmctld', 'slurmd', 'munged', 'sbatch', 'srun', 'mknod']

/** Why no cluster can be brought up here; undefined where one can. What apt has is installed, and where that is impossible it is said loudly. */
export const noSlurm: string | undefined = whyNot()

function whyNot(): string | undefined {
  if (process.platform !== 'linux') return told('Slurm runs on Linux alone')
  if (process.getuid?.() !== 0) return told('only the system’s own user can make device nodes for a cluster')
  if (areThere()) return undefined
  console.warn('installing slurm-wlm and munge for the tests of the slurm host ...')
  const apt = (...args: string[]) =>
    spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
  apt('update', '-qq')
  apt('install', '-y', '-qq', '--no-install-recommends', 'slurm-wlm', 'munge')
  return areThere() ? undefined : told('slurm-wlm and munge are not installed, and could not be')
}

function areThere(): boolean {
  return programs.every((name) => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name]).status === 0)
}

function told(reason: string): string {
  console.warn(`${reason}: the tests of the slurm host will be SKIPPED`)
  return reason
}

export interface SlurmCluster {
  readonly folder: string
  /** Runs one of its commands, and gives what it printed. @throws Error when it fails */
  readonly run: (file: string, ...args: string[]) => string
  /** Numbers of the jobs that hold a node, or wait for one. */
  readonly jobs: () => string[]
}

/** A real cluster for the tests of a file: three nodes of eight accelerators each, on this machine. It is this process's own from then on. */
export function slurmCluster({ nodes = 3, gpus = 8 }: { nodes?: number; gpus?: number } = {}): SlurmCluster {
  const folder = noSlurm === undefined ? mkdtempSync(join(tmpdir(), 'reprise-slurm-')) : ''
  const env = () => ({ ...process.env, SLURM_CONF: join(folder, 'slurm.conf') })
  const run = (file: string, ...args: string[]) => {
    const { status, stdout, stderr, error } = spawnSync(file, args, { env: env(), encoding: 'utf8', timeout: 30_000 })
    if (status !== 0) throw new Error(`${file} ${args.join(' ')}: ${error?.message ?? stderr}`)
    return stdout
  }
  let guardian: ReturnType<typeof spawn> | undefined
  beforeAll(async () => {
    if (noSlurm !== undefined) return
    const program = join(import.meta.dirname, 'slurm-guardian.fixture.ts')
    guardian = spawn(process.execPath, [program, folder, String(nodes), String(gpus)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      // No signal of the terminal or of whoever ends the tests reaches it: it sees that its stdin has ended.
      detached: true,
    })
    const gone = once(guardian, 'exit').then(() => {
      throw new Error('the cluster did not come up')
    })
    await Promise.race([once(createInterface({ input: guardian.stdout! }), 'line'), gone])
    gone.catch(() => {})
    process.env.SLURM_CONF = join(folder, 'slurm.conf')
  }, 60_000)
  afterAll(async () => {
    if (!guardian) return
    delete process.env.SLURM_CONF
    const ended = once(guardian, 'exit')
    guardian.stdin!.end()
    await ended
  }, 60_000)
  const jobs = () =>
    run('squeue', '--noheader', '--format=%i')
      .split('\n')
      .filter((line) => line !== '')
  return { folder, run, jobs }
}
