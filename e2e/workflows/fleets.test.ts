import { startDockerDaemon } from '@reprise/launcher/fixtures'
import { describe, expect, it, onTestFinished } from 'vitest'
import { noSlurm, slurmCluster } from '../../packages/launcher/src/testing/slurm-cluster.fixture.ts'
import { act } from './act.ts'
import { collectAgain, commentAgain } from './faulty-configs.ts'
import { pipeline } from './pipeline.ts'
import { standInGh } from './stand-in-gh.ts'
import { type FleetHosts, secretVariable, threeFleets } from './three-fleets.ts'

const deadline = 240_000
const secret = 'canary-4f1c-8b20'
const testOnly = {
  '.github/workflows/collect-again.yml': collectAgain,
  '.github/workflows/comment-again.yml': commentAgain,
}

describe.skipIf(!act)('a sweep over a process, a Docker and a Slurm fleet, under the local runner', () => {
  const cluster = slurmCluster()

  /** Where a daemon does not come up, which is told loudly, plain processes stand for it. */
  async function realHosts(): Promise<{ hosts: FleetHosts; env: Record<string, string> }> {
    const daemon = await startDockerDaemon()
    if (daemon) onTestFinished(daemon.stop)
    return {
      hosts: { one: 'process', two: daemon ? 'docker' : 'process', three: noSlurm === undefined ? 'slurm' : 'process' },
      env: {
        ...(daemon && { DOCKER_HOST: daemon.address }),
        ...(noSlurm === undefined && { SLURM_CONF: `${cluster.folder}/slurm.conf` }),
      },
    }
  }

  it('has a matrix for each, and a table with a FAILED row for the one whose server died', {
    timeout: deadline,
  }, async () => {
    const at = pipeline()
    const { hosts, env } = await realHosts()
    at.commit({ ...threeFleets(hosts), ...testOnly })
    const gh = standInGh(at, { 'repos/acme/bench/issues/7/comments': '41' })
    const inputs = {
      ...{ 'config-keys': 'sim-on-*', 'config-files': 'configs/three.yaml', 'duration-override': '5' },
      'runner-config': 'configs/three-runners.yaml',
    }
    const sweep = await at.run('workflow_dispatch', {
      ...{ workflow: 'e2e-tests.yml', inputs },
      env: { ...env, [secretVariable]: secret },
      deadlineMs: 150_000,
    })
    expect(sweep.code).not.toBe(0)
    for (const shard of ['Shard 0', 'Shard 1', 'Shard 2']) expect(sweep.text).toContain(shard)
    expect(sweep.text).toMatch(/About [\d.]+ GPU hours; .* The budget is 200 GPU hours\./)
    const statuses = at.statuses().map(({ configKey, outcome, failure }) => [configKey, outcome, failure?.class])
    expect(statuses, JSON.stringify(at.statuses())).toEqual([
      ['sim-on-one', 'done', undefined],
      ['sim-on-three', 'failed', 'server'],
      ['sim-on-two', 'done', undefined],
    ])
    for (const { id, configKey } of at.statuses()) {
      const launched = JSON.parse(at.read(`job-${id}/launch/launch.json`)) as { host: string }
      expect(launched.host).toBe(hosts[configKey.replace('sim-on-', '') as keyof FleetHosts])
    }
    expect(await at.leftovers()).toEqual([])
    if (noSlurm === undefined) expect(cluster.jobs()).toEqual([])

    // act starts no job of a caller after a called workflow has failed; GitHub goes on to the table.
    const { code } = await at.run('workflow_dispatch', { workflow: 'collect-again.yml' })
    expect(code).not.toBe(0)
    expect(at.read('results/table.md').match(/\*\*FAILED server\*\*/g)).toHaveLength(1)
    expect(at.read('results/table.md')).toContain('| sim-on-three |')
    for (const row of ['| one | 1 | 1 | 100.0% | - |', '| three | 1 | 0 | 0.0% | 1 server |'])
      expect(at.read('results/summary.md')).toContain(row)

    const told = await at.run('workflow_dispatch', { workflow: 'comment-again.yml' })
    expect(told.code, told.text.slice(-2_000)).toBe(0)
    const written = gh.calls().at(-1)!
    expect(written.args).toEqual(expect.arrayContaining(['PATCH', 'repos/acme/bench/issues/comments/41']))
    expect(written.text).toBe(at.read('results/comment.md'))
    expect(written.text).toMatch(/^<!-- reprise: sweep results -->\n### Sweep: 3 jobs: 2 done, 1 failed\n/)

    // The server of the first fleet has written its environment down.
    const one = at.statuses().find(({ configKey }) => configKey === 'sim-on-one')!
    expect(at.read(`job-${one.id}/launch/server.log`)).toContain(`${secretVariable}=[redacted]`)
    expect(at.artifacts().flatMap((name) => at.filesWith(secret, name))).toEqual([])
    for (const text of [sweep.text, told.text, JSON.stringify(gh.calls())]) expect(text).not.toContain(secret)
  })
})
