import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LaunchRecord, ServerRecord } from '@reprise/launcher'
import { SweepPlan } from '@reprise/matrix-generator'
import { JobStatus } from '@reprise/result-aggregator'
import { describe, expect, test } from 'vitest'
import { noSlurm, slurmCluster } from '../packages/launcher/src/testing/slurm-cluster.fixture.ts'
import { readJson, stop } from './launch-place.ts'
import { runCli, startCli } from './run-cli.ts'
import { runHere } from './run-here.ts'
import { temporaryFolder } from './temporary-folder.ts'

const deadlineMs = 120_000
const config = ['--config-files', 'configs/local-slurm.yaml']

describe.skipIf(noSlurm !== undefined)('on a real Slurm of three nodes', { timeout: deadlineMs }, () => {
  const cluster = slurmCluster()

  /** Ours: what else the test has submitted is called otherwise. */
  const ours = () =>
    cluster
      .run('squeue', '--noheader', '--format=%j')
      .split('\n')
      .filter((name) => name.startsWith('reprise-'))

  async function jobFile(): Promise<string> {
    const planned = await runHere([
      'matrix',
      'test-config',
      ...config,
      '--config-keys',
      'sim-fp8-local-slurm',
      '--as',
      'jobs',
    ])
    const { jobs } = SweepPlan.parse(JSON.parse(planned.stdout))
    const file = join(temporaryFolder(), 'job.json')
    writeFileSync(file, JSON.stringify(jobs[0]))
    return file
  }

  /** A launch of one node that is on, and has told that it is so far. */
  async function launchUpTo(phase: string, job: string) {
    const state = join(temporaryFolder(), 'launch')
    const { child, ended } = startCli(['launch', 'run', '--job', job, '--state', state], { deadlineMs })
    await new Promise<void>((done, fail) => {
      let said = ''
      const look = (piece: string) => {
        said += piece
        if (said.includes(phase)) done()
      }
      child.stderr!.on('data', look)
      child.stdout!.on('data', look)
      child.once('exit', () => fail(new Error(said)))
    })
    return { state, child, ended }
  }

  /** All nodes are somebody else's until the test is over. */
  function takeAll(): () => void {
    const id = cluster
      .run('sbatch', '--parsable', '-N3', '--exclusive', '-o', '/dev/null', '--wrap', 'sleep 600')
      .trim()
    return () => void cluster.run('scancel', id)
  }

  test('one node, two nodes, and workers of two kinds behind a router are measured to a valid status', async () => {
    const out = join(temporaryFolder(), 'bench')
    const run = await runCli(
      ['bench', ...config, '--config-key', 'sim-fp8-local-slurm*', '--duration-override', '3', '--out', out],
      { deadlineMs },
    )
    expect(run.code, run.stderr).toBe(0)
    const statuses = globSync(join(out, 'jobs/*/status.json')).map((file) => JobStatus.parse(readJson(file)))
    expect(statuses.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done'])
    const records = globSync(join(out, 'jobs/*/launch/launch.json')).map((file) => LaunchRecord.parse(readJson(file)))
    const roles = records.map(({ processes }) => processes.map(({ role }) => role).join(' '))
    expect(roles.toSorted()).toEqual(['prefill decode decode router', 'server', 'server server router'])
    for (const { processes, url } of records) {
      expect(url).toBe(processes.at(-1)!.url)
      for (const { role, metricsUrl } of processes)
        expect(metricsUrl).toEqual(role === 'router' ? undefined : expect.stringMatching(/\/metrics$/))
    }
    expect(cluster.jobs()).toEqual([])
  })

  test.each(['launch: queue', 'launch: load', 'Ctrl-C ends it'])(
    'a launcher that is killed at "%s" leaves what launch stop finds and ends',
    async (phase) => {
      const job = await jobFile()
      const give = phase === 'launch: queue' ? takeAll() : () => {}
      const { state, child, ended } = await launchUpTo(phase, job)
      await expect.poll(ours).toHaveLength(1)
      child.kill('SIGKILL')
      await ended
      const { label } = ServerRecord.parse(readJson(join(state, 'server.json')))
      expect((await stop(state)).removed).toBeGreaterThan(0)
      expect(ours()).toEqual([])
      const clients = globSync('/proc/[0-9]*/environ').filter((file) => {
        return existsSync(file) && readable(file).includes(`REPRISE_LABEL=${label}\0`)
      })
      expect(clients).toEqual([])
      give()
    },
  )

  test('what a killed launcher has left is ended by the next launch, wherever its folder is', async () => {
    const job = await jobFile()
    const give = takeAll()
    const { child, ended } = await launchUpTo('launch: queue', job)
    await expect.poll(ours).toHaveLength(1)
    const [left] = ours()
    child.kill('SIGKILL')
    await ended
    give()
    const next = join(temporaryFolder(), 'next')
    const run = await runCli(['launch', 'run', '--job', job, '--state', next, '--detach', '--json'], { deadlineMs })
    expect(run.code, run.stderr).toBe(0)
    expect(ours()).toEqual([LaunchRecord.parse(JSON.parse(run.stdout)).label])
    expect(ours()).not.toContain(left)
    await stop(next)
    expect(ours()).toEqual([])
  })

  test('Ctrl-C in the queue gives up the place there', async () => {
    const job = await jobFile()
    const give = takeAll()
    const { child, ended } = await launchUpTo('launch: queue', job)
    await expect.poll(ours).toHaveLength(1)
    child.kill('SIGINT')
    expect(await ended).toMatchObject({ code: 130 })
    expect(ours()).toEqual([])
    give()
  })
})

function readable(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
