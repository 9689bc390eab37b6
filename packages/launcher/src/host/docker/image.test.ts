import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { standInDocker } from '../../testing/stand-in-docker.fixture.ts'
import { runDocker } from './docker-cli.ts'
import { fetchImage } from './image.ts'

const digest = `sha256:${'a'.repeat(64)}`
const id = `sha256:${'b'.repeat(64)}`
const present = `"image inspect"*) [ -e $HERE/pulled ] || { echo "Error: No such image: x" >&2; exit 1; }
  echo '[{"Id": "${id}", "RepoDigests": ["acme/server@${digest}"]}]' ;;`

function fetch(name: string, told: string[] = [], signal = new AbortController().signal) {
  return fetchImage(name, { signal, tell: (detail) => void told.push(detail), pausesMs: [1, 1] })
}

const pulls = (asked: readonly string[]) => asked.filter((words) => words.startsWith('pull '))

test('an image that is there is not pulled; its id and its digest are known', async () => {
  const { asked } = standInDocker(['"image inspect"*) echo \'[{"Id": "sha256:b", "RepoDigests": null}]\' ;;'])
  expect(await fetch('acme/server:v1')).toEqual({ id: 'sha256:b', digest: 'sha256:b' })
  expect(asked()).toEqual(['image inspect -- acme/server:v1'])
})

test('several launches that want it at once pull it once, and each tells how far it is', async () => {
  const layers =
    'echo "aaaaaaaaaaaa: Pulling fs layer"; echo "aaaaaaaaaaaa: Pull complete"; echo "bbbbbbbbbbbb: Waiting"'
  const { asked } = standInDocker([present, `pull*) ${layers}; sleep 0.5; touch $HERE/pulled ;;`])
  const told: string[] = []
  const images = await Promise.all([fetch('nvcr.io#acme/server:v1', told), fetch('nvcr.io#acme/server:v1', told)])
  expect(images).toEqual([
    { id, digest },
    { id, digest },
  ])
  expect(pulls(asked())).toEqual(['pull -- nvcr.io/acme/server:v1'])
  expect(told).toContain('pulling nvcr.io/acme/server:v1: 1 of 2 layers')
  expect(told).toContain('waiting for another launch of this machine that is at it: image nvcr.io/acme/server:v1')
})

test('a pull that fails for a reason that may pass is tried again', async () => {
  const flaky = `pull*) n=$(cat $HERE/n 2>/dev/null || echo 0); echo $((n + 1)) > $HERE/n
  [ $n -lt 2 ] && { echo "net/http: TLS handshake timeout" >&2; exit 1; }; touch $HERE/pulled ;;`
  const { asked } = standInDocker([present, flaky])
  expect(await fetch('acme/server:v1')).toEqual({ id, digest })
  expect(pulls(asked())).toHaveLength(3)
})

test.each([
  ['there is none of that name', 'manifest for acme/server:v1 not found: manifest unknown', 'recipe', 1],
  ['it may not be had', 'pull access denied for acme/server', 'infrastructure', 1],
  ['the disk is full', 'write /var/lib/docker/tmp/x: no space left on device', 'infrastructure', 1],
  ['the registry is away', 'dial tcp: connection refused', 'infrastructure', 3],
])('an image that cannot be had, as %s', async (_why, stderr, failureClass, tries) => {
  const { asked } = standInDocker([present, `pull*) echo "Error response from daemon: ${stderr}" >&2; exit 1 ;;`])
  await expect(fetch('acme/server:v1')).rejects.toMatchObject({
    failureClass,
    phase: 'pull',
    message: expect.stringContaining(stderr),
  })
  expect(pulls(asked())).toHaveLength(tries)
})

test('a pull that is not wanted any more is ended, and another may have its turn at once', async () => {
  standInDocker([
    present,
    'pull*) [ -e $HERE/second ] && { touch $HERE/pulled; exit; }; touch $HERE/second; sleep 60 ;;',
  ])
  const abort = new AbortController()
  const first = fetch('acme/server:v1', [], abort.signal)
  setTimeout(() => abort.abort(new Error('enough')), 500)
  await expect(first).rejects.toThrow('enough')
  expect(await fetch('acme/server:v1')).toEqual({ id, digest })
})

test('a pull whose launcher is killed goes on to its end, whatever it says meanwhile', async () => {
  const waiting = 'touch $HERE/began; while [ ! -e $HERE/killed ]; do sleep 0.05; done'
  const { folder } = standInDocker([
    present,
    `pull*) ${waiting}; echo "aaaaaaaaaaaa: Pull complete"; echo odd >&2; touch $HERE/pulled ;;`,
  ])
  const module = JSON.stringify(new URL('image.ts', import.meta.url).href)
  const options = '{ signal: new AbortController().signal, tell: () => {} }'
  const text = `import { fetchImage } from ${module}; await fetchImage('acme/server:v1', ${options})`
  const launcher = spawn(process.execPath, ['--input-type=module', '-e', text], { stdio: 'ignore' })
  const isThere = (name: string) => () => existsSync(join(folder, name))
  await expect.poll(isThere('began'), { timeout: 20_000 }).toBe(true)
  launcher.kill('SIGKILL')
  await once(launcher, 'exit')
  writeFileSync(join(folder, 'killed'), '')
  await expect.poll(isThere('pulled'), { timeout: 20_000 }).toBe(true)
})

test('a client that is not there is told, and nothing else happens', async () => {
  const before = process.env.PATH
  process.env.PATH = '/nowhere'
  const answer = runDocker(['pull', '--', 'x'], { deadlineMs: 5_000, outlives: true })
  process.env.PATH = before
  expect(await answer).toEqual({ stdout: '', stderr: expect.stringContaining('ENOENT') })
})
