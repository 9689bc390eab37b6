import { spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { temporaryFolder } from '../temporary-folder.ts'

/** A registry of images on a port of this machine, from Debian's package; undefined, with a loud word, where it cannot be had. */
export async function startRegistry(): Promise<{ readonly at: string; readonly stop: () => void } | undefined> {
  const isHere = () => spawnSync('docker-registry', ['--version']).error === undefined
  if (!isHere()) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const words = ['install', '-y', '-qq', '--no-install-recommends', 'docker-registry']
    spawnSync('apt-get', words, { env, stdio: ['ignore', 'ignore', 'inherit'] })
  }
  if (!isHere()) {
    console.warn('docker-registry cannot be installed: kills while an image is pulled are SKIPPED')
    return undefined
  }
  const folder = temporaryFolder()
  const at = `127.0.0.1:${await freePort()}`
  const config = join(folder, 'config.yml')
  const storage = { filesystem: { rootdirectory: join(folder, 'images') } }
  writeFileSync(config, JSON.stringify({ version: 0.1, log: { level: 'error' }, storage, http: { addr: at } }))
  const registry = spawn('docker-registry', ['serve', config], { stdio: 'ignore' })
  for (const endMs = performance.now() + 20_000; performance.now() < endMs; await sleep(100)) {
    if ((await fetch(`http://${at}/v2/`).catch(() => undefined))?.ok) break
  }
  return { at, stop: () => void registry.kill('SIGKILL') }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
