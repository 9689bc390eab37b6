import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const upMs = 30_000
const project = join(import.meta.dirname, '../../../..')

/** A Docker daemon of the test's own, with one image made of files of this machine. */
export interface DockerDaemon {
  /** What `DOCKER_HOST` is to be. */
  readonly address: string
  /** Has this Node as `node`, and the project in its place on this machine, so that a command of here runs there. */
  readonly image: string
  readonly docker: (...words: string[]) => string
  readonly folder: string
  readonly stop: () => Promise<void>
}

/**
 * Brings a daemon up on a socket in a temporary folder, its data on a small disk of its own, so that a container that fills it harms
 * nobody. Where Docker is not installed and may be, it is. Undefined, with a loud word, where that cannot be.
 */
export async function startDockerDaemon(
  options: { readonly dataMib?: number } = {},
): Promise<DockerDaemon | undefined> {
  const why = await unable()
  if (why !== undefined) {
    console.warn(`${why}: the tests of Docker hosts are SKIPPED`)
    return undefined
  }
  const folder = mkdtempSync(join(tmpdir(), 'reprise-dockerd-'))
  const data = join(folder, 'data')
  mkdirSync(data)
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${options.dataMib ?? 2_048}m`, 'tmpfs', data])
  const address = `unix://${join(folder, 'docker.sock')}`
  const log = openSync(join(folder, 'dockerd.log'), 'w')
  const places = ['--data-root', data, '--exec-root', join(folder, 'exec'), '--pidfile', join(folder, 'pid')]
  const daemon = spawn('dockerd', [...places, '--host', address, '--bridge', 'none', '--iptables=false'], {
    stdio: ['ignore', log, log],
    detached: true,
  })
  daemon.on('error', () => {})
  closeSync(log)
  const stop = async () => {
    await end(daemon)
    for (const mount of mountsBelow(folder)) spawnSync('umount', ['--lazy', mount])
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  const docker = (...words: string[]) =>
    execFileSync('docker', words, { env: { ...process.env, DOCKER_HOST: address }, encoding: 'utf8', stdio: 'pipe' })
  try {
    await untilUp(daemon, docker)
    return { address, image: importImage(folder, address), docker, folder, stop }
  } catch (error) {
    const told = readFileSync(join(folder, 'dockerd.log'), 'utf8').trim().split('\n').slice(-3).join('\n')
    console.warn(
      `dockerd does not come up (${(error as Error).message}): the tests of Docker hosts are SKIPPED\n${told}`,
    )
    await stop()
    return undefined
  }
}

/** The deepest first. */
function mountsBelow(folder: string): string[] {
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
  return mounts.filter((each) => each.startsWith(`${folder}/`)).toSorted((a, b) => b.length - a.length)
}

async function unable(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'a private daemon wants Linux'
  if (process.getuid?.() !== 0) return 'a private daemon wants root'
  if (has('dockerd') && has('docker')) return undefined
  if (!has('apt-get')) return 'Docker is not installed'
  console.warn('installing Docker for the tests of Docker hosts ...')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = (...words: string[]) => spawnSync('apt-get', words, { env, stdio: ['ignore', 'ignore', 'inherit'] })
  apt('update', '-qq')
  apt('install', '-y', '-qq', '--no-install-recommends', 'docker.io')
  return has('dockerd') && has('docker') ? undefined : 'Docker could not be installed'
}

function has(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined
}

async function untilUp(daemon: ChildProcess, docker: DockerDaemon['docker']): Promise<void> {
  for (const endMs = performance.now() + upMs; ; await sleep(100)) {
    if (daemon.exitCode !== null) throw new Error(`it ended with ${daemon.exitCode}`)
    try {
      return void docker('info')
    } catch (error) {
      if (performance.now() > endMs) throw error
    }
  }
}

/** A tar of files, no registry: Node, the libraries that it names, the project and what that imports. */
function importImage(folder: string, address: string): string {
  const root = join(folder, 'root')
  for (const each of ['bin', 'tmp', 'etc']) mkdirSync(join(root, each), { recursive: true })
  execFileSync('cp', ['--dereference', process.execPath, join(root, 'bin/node')])
  for (const library of librariesOf(process.execPath)) execFileSync('cp', ['--dereference', '--parents', library, root])
  const modules = readdirSync(join(project, 'node_modules')).filter((name) => !unneeded.test(name))
  const own = ['package.json', 'packages', 'benchmarks', 'configs', ...modules.map((name) => `node_modules/${name}`)]
  const there = own.filter((each) => existsSync(join(project, each)))
  const image = 'reprise/sim:local'
  const archive = join(folder, 'root.tar')
  // The project as it lies below the root of this machine: nothing of it is copied before.
  const inPlace = there.map((each) => relative('/', join(project, each)))
  execFileSync('tar', ['-c', '--hard-dereference', '-f', archive, '-C', root, '.', '-C', '/', ...inPlace])
  rmSync(root, { recursive: true })
  const env = { ...process.env, DOCKER_HOST: address }
  const change = ['--change', 'ENV PATH=/bin', '--change', `WORKDIR ${project}`]
  execFileSync('docker', ['import', ...change, archive, image], { env, stdio: 'pipe' })
  rmSync(archive)
  return image
}

/** Large, and nothing that a command of ours imports while it serves. */
const unneeded =
  /^(\.|node-|@?(biomejs|turbo|typescript|rolldown|esbuild|vitest|types|actions|jridgewell)|vite|lightningcss|playwright|openai|gpt-tokenizer|echarts|zrender|fast-check)/

function librariesOf(program: string): string[] {
  const told = execFileSync('ldd', [program], { encoding: 'utf8' })
  return [...told.matchAll(/(\/\S+) \(0x/g)].map((match) => match[1]!)
}

async function end(daemon: ChildProcess): Promise<void> {
  if (daemon.pid === undefined || daemon.exitCode !== null) return
  const ended = once(daemon, 'exit')
  daemon.kill('SIGTERM')
  const late = sleep(20_000, 'late', { ref: false })
  if ((await Promise.race([ended, late])) === 'late') daemon.kill('SIGKILL')
}
