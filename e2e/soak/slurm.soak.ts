import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { LaunchRecord } from '@reprise/launcher'
import { SweepPlan } from '@reprise/matrix-generator'
import { JobStatus } from '@reprise/result-aggregator'
import { describe, expect, onTestFinished, test } from 'vitest'
import { enrootStandIn, srunStandIn } from '../../packages/launcher/src/testing/pyxis-stand-in.fixture.ts'
import { noSlurm, slurmCluster } from '../../packages/launcher/src/testing/slurm-cluster.fixture.ts'
import { readJson, stop } from '../launch-place.ts'
import { runCli, startCli } from '../run-cli.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const config = ['--config-files', 'configs/local-slurm.yaml']
const kills = 20

/** The same every time. */
const drawn = (i: number) => (i * 0.618_033_988_7) % 1

describe.skipIf(noSlurm !== undefined)('a Slurm cluster', () => {
  const cluster = slurmCluster()

  async function jobFile(key: string): Promise<string> {
    const planned = await runCli(['matrix', 'test-config', ...config, '--config-keys', key, '--as', 'jobs'])
    const file = join(temporaryFolder(), 'job.json')
    writeFileSync(file, JSON.stringify(SweepPlan.parse(JSON.parse(planned.stdout)).jobs[0]))
    return file
  }

  /** Clients of Slurm and their keepers that a launch of ours has left on the login node. */
  function clients(): string[] {
    return globSync('/proc/[0-9]*/environ').filter((file) => {
      try {
        const environment = readFileSync(file, 'utf8')
        return environment.includes('REPRISE_LABEL=reprise-') && environment.includes(`${cluster.folder}/`)
      } catch {
        return false
      }
    })
  }

  /** A node that is up refuses it. */
  function takeBack(): void {
    for (const node of ['gpu0', 'gpu1', 'gpu2']) {
      try {
        cluster.run('scontrol', 'update', `nodename=${node}`, 'state=resume')
      } catch {
        // it was never away
      }
    }
  }

  test(`${kills} launches of several workers that are killed at any instant`, async () => {
    const job = await jobFile('sim-fp8-local-slurm-disagg')
    const seen = { killed: 0 }
    for (let i = 0; i < kills; i++) {
      const state = join(temporaryFolder(), 'launch')
      const { child, ended } = startCli(['launch', 'run', '--job', job, '--state', state, '--detach'])
      await Promise.race([sleep(200 + Math.round(drawn(i) * 9_000)), ended])
      if (child.exitCode === null) seen.killed += 1
      child.kill('SIGKILL')
      await ended
      if (existsSync(join(state, 'server.json'))) await stop(state)
      expect(cluster.jobs(), `after kill ${i}`).toEqual([])
      expect(clients(), `after kill ${i}`).toEqual([])
    }
    console.log(`${seen.killed} of ${kills} were killed before their end`)
    expect(seen.killed).toBeGreaterThan(kills / 2)
  })

  test(`${kills} launches that are killed while their image is imported leave the next one nothing to trip over`, async () => {
    const job = await jobFile('sim-fp8-local-slurm')
    const folder = temporaryFolder()
    const [images, bin, profile] = [join(folder, 'images'), join(folder, 'bin'), join(folder, 'local-slurm.yaml')]
    standIn(folder, images, bin)
    const slurm = { run: 'container', 'image-folder': images, 'gpus-per-node': 8, 'queue-deadline-s': 60 }
    const common = { name: 'local-slurm', host: 'slurm', vendor: 'none', 'runs-on': ['x'], 'timeout-minutes': 10 }
    writeFileSync(profile, JSON.stringify({ ...common, 'stop-grace-s': 5, slurm }))
    const env = { PATH: `${bin}:${process.env.PATH}` }
    const words = (state: string) => ['launch', 'run', '--job', job, '--profile', profile, '--state', state, '--detach']
    for (let i = 0; i < kills; i++) {
      const state = join(temporaryFolder(), 'launch')
      const { child, ended } = startCli(words(state), { env })
      await Promise.race([sleep(1_500 + Math.round(drawn(i) * 3_000)), ended])
      child.kill('SIGKILL')
      await ended
      if (i % 2 === 0 && existsSync(join(state, 'server.json'))) await stop(state)
    }
    const last = join(temporaryFolder(), 'launch')
    const run = await runCli(words(last), { env })
    expect(run.code, run.stderr).toBe(0)
    const left = readdirSync(images)
    expect(left, left.join(' ')).toEqual([expect.stringMatching(/\.sqsh$/)])
    await stop(last)
    await expect.poll(cluster.jobs, { timeout: 60_000 }).toEqual([])
  })

  test.each<[string, (job: string, node: string) => void, RegExp]>([
    [
      'a node fails',
      (_job, node) => void cluster.run('scontrol', 'update', `nodename=${node}`, 'state=down', 'reason=soak'),
      /NODE_FAIL/,
    ],
    [
      'its time is over',
      (job) => {
        cluster.run('scontrol', 'update', `jobid=${job}`, 'TimeLimit=1')
        cluster.run('scontrol', 'update', `jobid=${job}`, 'EndTime=now')
      },
      /TIMEOUT/,
    ],
    ['somebody cancels it', (job) => void cluster.run('scancel', job), /CANCELLED/],
  ])('%s while a job is measured: its status names the operator, and why', async (_what, happen, cause) => {
    const out = join(temporaryFolder(), 'bench')
    onTestFinished(takeBack)
    const words = [
      'bench',
      ...config,
      '--config-key',
      'sim-fp8-local-slurm-two-nodes',
      '--duration-override',
      '60',
      '--out',
      out,
    ]
    const { ended } = startCli(words)
    const launched = () => globSync(join(out, 'jobs/*/launch/launch.json'))[0]
    await expect.poll(launched, { timeout: 60_000 }).toBeDefined()
    const { label } = LaunchRecord.parse(readJson(launched()!))
    await sleep(3_000)
    const [job, node] = cluster.run('squeue', '-h', '-n', label, '-o', '%i %B').trim().split(' ')
    happen(job!, node!)
    await ended
    const status = JobStatus.parse(readJson(globSync(join(out, 'jobs/*/status.json'))[0]!))
    expect(status.failure).toMatchObject({ class: 'infrastructure', message: expect.stringMatching(cause) })
    expect(cluster.jobs()).toEqual([])
  })
})

/** Programs in the place of pyxis and of an import that takes seconds. */
function standIn(folder: string, images: string, bin: string): void {
  for (const each of [images, bin]) mkdirSync(each)
  writeFileSync(join(bin, 'srun'), srunStandIn(join(folder, 'words')), { mode: 0o755 })
  writeFileSync(join(bin, 'enroot'), enrootStandIn(join(folder, 'imports'), { takesS: 2 }), { mode: 0o755 })
}
