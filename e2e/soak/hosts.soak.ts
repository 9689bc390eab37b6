import { spawnSync } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startDockerDaemon } from '@reprise/launcher/fixtures'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { dockerPlace, killLaunches, leftOf, nameAndDigest, nothing } from '../docker-place.ts'
import { startRegistry } from './registry.ts'

const daemon = await startDockerDaemon({ dataMib: 4_096 })
afterAll(() => daemon?.stop(), 60_000)

const kills = 20

/** The same every time. */
const drawn = (i: number) => (i * 0.618_033_988_7) % 1

/** The job's recipe, with another program in the place of the engine model. */
function running(text: string, given: Parameters<typeof dockerPlace>[1] = {}) {
  const place = dockerPlace(daemon!, given)
  const file = join(place.cwd, 'benchmarks/fake.yaml')
  const recipe = JSON.parse(readFileSync(file, 'utf8'))
  // A gigabyte goes through the daemon's own log at ten megabytes a second on a busy machine.
  const deadlines = { start: 60, load: 500, ready: 5, warm: 5 }
  const server = { ...recipe.server, command: ['node', '-e', text, `\${port}`], 'deadlines-s': deadlines }
  writeFileSync(file, JSON.stringify({ ...recipe, server }))
  return place
}

describe.skipIf(!daemon)('a Docker host', () => {
  test(`${kills} launches that are killed at any instant`, async () => {
    const killed = await killLaunches(
      daemon!,
      Array.from({ length: kills }, (_, i) => 150 + Math.round(drawn(i) * 3_000)),
    )
    console.log(`${killed} of ${kills} were killed before their end`)
    expect(killed).toBeGreaterThan(kills / 2)
  })

  test('a server that floods its log with 1 GB: its end is told, and the log stays within its bound', async () => {
    const flood = `const line = Buffer.from(('x'.repeat(99) + '\\n').repeat(10_000)); for (let i = 0; i < 1_000; i++) require('fs').writeSync(1, line); console.log('OSError: No space left on device'); process.exit(1)`
    const place = running(flood, { profile: { docker: { 'log-mib': 64 } } })
    const state = join(place.cwd, 'launch')
    const run = await place.launchWithin(600_000, state).ended
    expect(run.code, run.stderr).toBe(3)
    expect(run.stderr).toMatch(/infrastructure failure in phase load: .*No space left on device/)
    const log = join(state, 'server.log')
    expect(statSync(log).size).toBeLessThan(70 * 1024 * 1024)
    console.log(/\[reprise: .*?\]/.exec(readFileSync(log, 'latin1'))?.[0])
    expect(leftOf(daemon!)).toEqual(nothing)
  })

  test('a server that fills the disk of its host: it is the operator who is told', async () => {
    const fill = `const fs = require('fs'); const block = Buffer.alloc(4 * 1024 * 1024, 1); for (;;) fs.appendFileSync('/tmp/x', block)`
    const place = running(fill)
    const run = await place.launch(join(place.cwd, 'launch')).ended
    expect(run.code, run.stderr).toBe(3)
    expect(run.stderr).toMatch(/infrastructure failure in phase load: /)
    console.log(run.stderr.split('\n').find((line) => line.includes('infrastructure failure')))
    expect(leftOf(daemon!)).toEqual(nothing)
  })

  test(`${kills} launches that are killed while their image is pulled`, async () => {
    const registry = await startRegistry()
    if (!registry) return
    onTestFinished(registry.stop)
    const image = `${registry.at}/acme/sim:v1`
    daemon!.docker('tag', daemon!.image, image)
    daemon!.docker('push', image)
    const before = async () => {
      // What a killed launcher was at goes on to its end.
      const pulls = () => spawnSync('pgrep', ['-f', `pull -- ${image}`]).status === 0
      await expect.poll(pulls, { timeout: 60_000 }).toBe(false)
      daemon!.docker('rmi', '--force', image, daemon!.image)
      // Nothing of it is here any more.
      expect(daemon!.docker('images', '--format', nameAndDigest).trim()).toBe('')
    }
    const instants = Array.from({ length: kills }, (_, i) => 500 + Math.round(drawn(i) * 4_000))
    const killed = await killLaunches(daemon!, instants, { image, before })
    console.log(`${killed} of ${kills} were killed before their end`)
    expect(killed).toBeGreaterThan(kills / 2)
  })
})
