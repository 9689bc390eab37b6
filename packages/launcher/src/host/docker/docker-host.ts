import { spawn } from 'node:child_process'
import { closeSync, constants, openSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { printable } from '@reprise/safe-text'
import { containerWords } from '../../docker/container-words.ts'
import { fillCommand } from '../../plan/fill-command.ts'
import { LaunchError } from '../../plan/launch-error.ts'
import type { DockerPlan } from '../../plan/launch-plan.ts'
import type { ProcessCopy } from '../../plan/planned-process.ts'
import { devicesIdle } from '../devices-idle.ts'
import { localAddresses } from '../free-port.ts'
import type { Host, Place, ServerHandle, StartOptions } from '../host.ts'
import { endFileOf } from '../keeper.ts'
import type { LaunchOwner } from '../launch-owner.ts'
import { readSecrets, type Secrets } from '../read-secrets.ts'
import { listeningIn } from './container-listens.ts'
import { clients, ownedContainers, ownersOf, removeContainers, stateOf } from './containers.ts'
import { clientEnvironment, dockerFailure, runDocker } from './docker-cli.ts'
import { fetchImage, type Image } from './image.ts'
import { logKeeperSource } from './log-keeper.ts'
import { watchedContainer } from './watched-container.ts'

/** A daemon that answers at all creates and starts a container in that time, whatever is in it. */
const answerMs = 60_000

/**
 * Servers in containers of the Docker daemon that this machine reaches: each on the host's network, under labels of ours. The daemon is
 * asked by its own client, so that whatever that is told (a rootless daemon, another host's) is heeded.
 */
export function dockerHost(): Host {
  return {
    kind: 'docker',
    prepare: async (plan, { owner, during, signal }) => {
      if (plan.host !== 'docker') throw new Error(`a ${plan.host} plan on a docker host`)
      signal?.throwIfAborted()
      const secrets = readSecrets(plan.secretEnv)
      const image = await during('pull', (at) => fetchImage(plan.image, at))
      await devicesIdle(plan, during)
      return place(plan, { owner, image, secrets })
    },
    attach: async (handle) => ((await stateOf(handle.id)) ? watchedContainer(handle) : undefined),
    endOf: (handle) => watchedContainer(handle).look(),
    answersFor: (handle) => listeningIn(handle),
    cleanUp: async (label, { graceS }) => ({ removed: await removeContainers(label, graceS) }),
    countOwned: async (label) => (await ownedContainers(label)).length + clients().list(label).length,
    owned: ownersOf,
  }
}

interface Seat {
  readonly owner: LaunchOwner
  readonly image: Image
  readonly secrets: Secrets
}

function place(plan: DockerPlan, seat: Seat): Place {
  return {
    imageDigest: seat.image.digest,
    addressOf: localAddresses(),
    start: (copy, options) => startContainer(plan, seat, copy, options),
  }
}

async function startContainer(
  plan: DockerPlan,
  { owner, image, secrets }: Seat,
  copy: ProcessCopy,
  options: StartOptions,
) {
  const { address, peers, signal } = options
  signal?.throwIfAborted()
  const logFile = resolve(options.logFile)
  openLog(logFile)
  const command = fillCommand(copy.planned, { address, ...(peers && { peers }) })
  const words = containerWords({
    ...{ plan, copy, command },
    label: owner.label,
    owner: JSON.stringify(owner),
    imageId: image.id,
  })
  try {
    // Not ended with the signal: the daemon would go on without its client, and nobody would know.
    const environment = { ...command.env, ...secrets }
    const created = await runDocker(words, { owner, deadlineMs: answerMs, environment })
    if (created.exitCode !== 0) throw dockerFailure(`create a container for ${copy.name}`, created, 'start')
    const id = created.stdout.trim()
    signal?.throwIfAborted()
    const started = await runDocker(['start', '--', id], { owner, deadlineMs: answerMs })
    if (started.exitCode !== 0) throw dockerFailure(`start ${printable(command.argv[0]!, 200)}`, started, 'start')
    signal?.throwIfAborted()
    const handle: ServerHandle = { label: owner.label, host: 'docker', name: copy.name, address, logFile, id }
    keepLog(handle, { owner, secrets, maxBytes: plan.settings.logMib * 1024 * 1024 })
    return watchedContainer(handle)
  } catch (error) {
    await removeContainers(owner.label, 0, copy.name)
    throw error
  }
}

/** What an earlier server has left beside the log is no word of this one. */
function openLog(logFile: string): void {
  try {
    rmSync(endFileOf(logFile), { force: true })
    closeSync(openSync(logFile, constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW))
  } catch (error) {
    const message = `the log ${printable(logFile, 300)} cannot be written (${(error as NodeJS.ErrnoException).code})`
    throw new LaunchError(message, { failureClass: 'infrastructure', phase: 'start' })
  }
}

interface Keeping {
  readonly owner: LaunchOwner
  readonly secrets: Secrets
  readonly maxBytes: number
}

/** Outlives this process, and ends with its container. */
function keepLog({ logFile, id }: ServerHandle, { owner, secrets, maxBytes }: Keeping): void {
  const words = ['-e', logKeeperSource, endFileOf(logFile), logFile, String(maxBytes), id]
  const env = { ...clientEnvironment(owner), REPRISE_REDACT: JSON.stringify(Object.values(secrets)) }
  const keeper = spawn(process.execPath, words, { detached: true, stdio: 'ignore', env })
  // The log then lacks what it would have written; the container's end is still found by asking the daemon.
  keeper.on('error', () => {})
  keeper.unref()
}
