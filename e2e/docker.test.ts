import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LaunchRecord } from '@reprise/launcher'
import { startDockerDaemon } from '@reprise/launcher/fixtures'
import { Collection } from '@reprise/result-aggregator'
import { afterAll, describe, expect, test } from 'vitest'
import { deadlineMs, dockerPlace, dockerProfile, killLaunches, leftOf, nothing } from './docker-place.ts'
import { bin, runCli } from './run-cli.ts'
import { smallRepository } from './small-repository.ts'
import { root } from './sources.ts'

const daemon = await startDockerDaemon()
afterAll(() => daemon?.stop(), 60_000)

describe.skipIf(!daemon)('servers in containers', { timeout: 4 * deadlineMs }, () => {
  test('a whole point, from the configuration to the table; a secret of the profile stands in nothing that is left', async () => {
    const canary = 'canary-51b0'
    const { folder } = smallRepository()
    const rewrite = (file: string, change: (text: string) => string) =>
      writeFileSync(join(folder, file), change(readFileSync(join(folder, file), 'utf8')))
    rewrite('configs/tiny.yaml', (text) => text.replaceAll('acme/server:v1', daemon!.image))
    // What the server says of its environment goes into its log.
    const telling = `console.log(process.env.TENANT_TOKEN); process.argv.splice(1, 0, ${JSON.stringify(bin)}); import(${JSON.stringify(bin)})`
    rewrite('benchmarks/tiny-sound.yaml', (text) =>
      text.replace('["reprise","serve"]', JSON.stringify(['node', '-e', telling, 'serve'])),
    )
    const mounts = [{ from: join(folder, 'benchmarks'), to: join(root, 'benchmarks'), 'read-only': true }]
    writeFileSync(join(folder, 'runners/local.yaml'), dockerProfile({ mounts, 'secret-env': ['TENANT_TOKEN'] }))
    const flags = ['--config-files', 'configs/tiny.yaml', '--duration-override', '2', '--out', 'out']
    const env = { DOCKER_HOST: daemon!.address, TENANT_TOKEN: canary }
    const run = await runCli(['bench', '--config-key', 'tiny-sound', ...flags], { cwd: folder, env, deadlineMs })
    expect(run.code, run.stderr).toBe(0)
    expect(run.stdout).toMatch(/^1 job: 1 done, 0 failed$/m)
    const { rows } = Collection.parse(JSON.parse(readFileSync(join(folder, 'out/collection.json'), 'utf8')))
    expect(Object.keys(rows[0]!.status.launchMs ?? {})).toEqual(['pull', 'start', 'load', 'ready', 'warm'])
    const launch = join(folder, 'out/jobs', `job-${rows[0]!.job.id}`, 'launch')
    const record = LaunchRecord.parse(JSON.parse(readFileSync(join(launch, 'launch.json'), 'utf8')))
    const image = { name: daemon!.image, digest: daemon!.docker('images', '--quiet', '--no-trunc').trim() }
    expect(record).toMatchObject({ host: 'docker', image, processes: [{ role: 'server' }] })
    expect(readFileSync(join(launch, 'server.log'), 'utf8')).toMatch(/^\*\*\*$/m)
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const told = files.filter((entry) => readFileSync(join(entry.parentPath, entry.name)).includes(canary))
    expect([told, (run.stdout + run.stderr).includes(canary)]).toEqual([[], false])
    expect(leftOf(daemon!)).toEqual(nothing)
  })

  test('a profile whose secret nobody gives says so before anything is started', async () => {
    const { cwd, launch } = dockerPlace(daemon!, { profile: { 'secret-env': ['NO_SUCH_TOKEN'] } })
    const run = await launch(join(cwd, 'launch')).ended
    expect(run.code).toBe(3)
    expect(run.stderr).toContain('the environment has no NO_SUCH_TOKEN')
    expect(leftOf(daemon!)).toEqual(nothing)
  })

  test('killed at any instant: nothing is left once its folder is stopped, or another launch has come', async () => {
    await killLaunches(daemon!, [350, 700, 1_000, 1_500])
  })
})
