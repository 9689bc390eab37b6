import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { dockerLabels } from '../../docker/container-words.ts'
import { LaunchError } from '../../plan/launch-error.ts'
import { endProcesses } from '../end-processes.ts'
import { type LaunchOwner, parseOwner } from '../launch-owner.ts'
import { type Ownership, ownershipByEnvironment, ownershipByGroup } from '../ownership.ts'
import { dockerFailure, runDocker } from './docker-cli.ts'

const askMs = 60_000
/** Beyond the grace, for what has no more to be asked. */
const killMs = 30_000
const settleMs = 500
const pollMs = 100
/** How long the keeper of a log may take to write its last, once the container has ended. */
const keeperMs = 5_000

const State = z.object({
  Status: z.string(),
  Running: z.boolean(),
  ExitCode: z.int(),
  OOMKilled: z.boolean().optional(),
  Pid: z.int().nonnegative(),
})
export type ContainerState = z.infer<typeof State>

/** Undefined where there is no such container. @throws LaunchError when the daemon cannot be asked. */
export async function stateOf(id: string): Promise<ContainerState | undefined> {
  const words = ['container', 'inspect', '--format', '{{json .State}}', '--', id]
  const answer = await runDocker(words, { deadlineMs: askMs })
  if (answer.exitCode === 0) return State.parse(JSON.parse(answer.stdout))
  if (/no such container/i.test(answer.stderr)) return undefined
  throw dockerFailure(`look at container ${id}`, answer, 'stop')
}

/** The ids of what carries a label, alive or not. @throws LaunchError when the daemon cannot be asked. */
export async function ownedContainers(label: string, name?: string): Promise<string[]> {
  const filters = [
    `label=${dockerLabels.label}=${label}`,
    ...(name === undefined ? [] : [`label=${dockerLabels.name}=${name}`]),
  ]
  return listed(filters, '{{.ID}}')
}

/** Who has launched what is there, each once: by the containers, and by the clients that are still asking for some. */
export async function ownersOf(): Promise<LaunchOwner[]> {
  const ofContainers = await listed([`label=${dockerLabels.owner}`], `{{.Label "${dockerLabels.owner}"}}`)
  const told = [...ofContainers.flatMap((text) => parseOwner(text) ?? []), ...clients().owners()]
  return [...new Map(told.map((owner) => [JSON.stringify(owner), owner])).values()]
}

/**
 * Ends and removes the containers of a label, or the one of them that has a name: each is asked, and killed after the grace. Returns how
 * many things there were.
 *
 * @throws LaunchError that names what cannot be removed, when something cannot.
 */
export async function removeContainers(label: string, graceS: number, name?: string): Promise<number> {
  const removed = new Set<string>()
  const gone = async (isLast: boolean) => {
    const ids = await ownedContainers(label, name)
    for (const id of ids) removed.add(id)
    if (ids.length > 0) await remove(ids, label, graceS, { isLast })
    return ids.length === 0
  }
  await gone(false)
  // Of one container alone, the others' keepers stay.
  const ended = name === undefined ? await endClients(label) : 0
  // What a client had asked for before it was ended may come to be only now.
  if (ended > 0) await sleep(settleMs)
  for (let round = 0; !(await gone(round > 1)); round++)
    if (round > 4) throw stuck(await ownedContainers(label, name), label)
  return removed.size + ended
}

async function remove(
  ids: readonly string[],
  label: string,
  graceS: number,
  { isLast }: { isLast: boolean },
): Promise<void> {
  await runDocker(['stop', '--time', String(Math.ceil(graceS)), '--', ...ids], { deadlineMs: graceS * 1_000 + killMs })
  await keepersDone(label)
  const answer = await runDocker(['rm', '--force', '--volumes', '--', ...ids], { deadlineMs: killMs })
  if (answer.exitCode !== 0 && isLast) throw stuck(ids, label, answer.stderr)
}

function stuck(ids: readonly string[], label: string, told = ''): LaunchError {
  const why = told.trim() === '' ? '' : ` (${told.trim().split('\n').at(-1)!.slice(0, 300)})`
  const message = `container ${ids.join(', ')} of ${label} cannot be removed${why}; look at the daemon and at its kernel log, or restart the host`
  return new LaunchError(message, { failureClass: 'infrastructure', phase: 'stop' })
}

/** Returns when no keeper of the label is at work any more, or after a while. */
async function keepersDone(label: string): Promise<void> {
  const endMs = performance.now() + keeperMs
  while (clients().list(label).length > 0 && performance.now() < endMs) await sleep(pollMs)
}

/** Ends the clients and keepers that work for a label, whoever started them. */
function endClients(label: string): Promise<number> {
  return endProcesses(clients(), label, 0)
}

/** Processes of this machine that carry a label in their environment; nobody knows them where the system does not show it. */
export function clients(): Ownership {
  return process.platform === 'linux' ? ownershipByEnvironment() : ownershipByGroup()
}

async function listed(filters: readonly string[], format: string): Promise<string[]> {
  const words = ['ps', '--all', '--no-trunc', ...filters.flatMap((each) => ['--filter', each]), '--format', format]
  const answer = await runDocker(words, { deadlineMs: askMs })
  if (answer.exitCode !== 0) throw dockerFailure('list containers', answer, 'stop')
  return answer.stdout.split('\n').filter((line) => line !== '')
}
