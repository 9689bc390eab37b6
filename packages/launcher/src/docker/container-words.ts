import type { FilledCommand } from '../plan/fill-command.ts'
import type { DockerPlan } from '../plan/launch-plan.ts'
import type { ProcessCopy } from '../plan/planned-process.ts'
import type { Mount } from '../profile/container-settings.ts'

/** How a command of Docker is told of an environment: by a file that only the client can read, and never by its words. */
export const environmentWords = ['--env-file', '/dev/fd/3'] as const

/** What our containers carry. */
export const dockerLabels = {
  label: 'dev.reprise.label',
  owner: 'dev.reprise.owner',
  name: 'dev.reprise.name',
} as const

export interface ContainerInput {
  readonly plan: Pick<DockerPlan, 'mounts' | 'settings'>
  readonly label: string
  /** What the container says of whoever launches it. */
  readonly owner: string
  readonly copy: ProcessCopy
  /** The image, by the id that the daemon has for it. */
  readonly imageId: string
  readonly command: FilledCommand
}

/** What a container of ours is called. */
export function containerName(label: string, name: string): string {
  return `${label}.${name}`
}

/**
 * The words of `docker create` for a process: on the host's network, with its devices, and nothing of its environment but by way of a file.
 *
 * Source: docs.docker.com, `docker container create`; the value of `--gpus` and of `--mount` is a line of CSV.
 */
export function containerWords({ plan, label, owner, copy, imageId, command }: ContainerInput): string[] {
  const { settings, mounts } = plan
  const { devices } = copy.planned
  const options: readonly (readonly [string, string])[] = [
    ['--name', containerName(label, copy.name)],
    ['--label', `${dockerLabels.label}=${label}`],
    ['--label', `${dockerLabels.name}=${copy.name}`],
    ['--label', `${dockerLabels.owner}=${owner}`],
    ['--network', 'host'],
    // What it says is kept by us; this only holds it until it is read, and must not turn over before.
    ['--log-driver', 'json-file'],
    ['--log-opt', `max-size=${Math.max(64, settings.logMib)}m`],
    ['--log-opt', 'max-file=2'],
    ...gpuRequest(devices).map((value) => ['--gpus', value] as const),
    ...devices.filter((each) => each.startsWith('/')).map((device) => ['--device', device] as const),
    ...mounts.map((mount) => ['--mount', mountValue(mount)] as const),
    ...(settings.ipc === undefined ? [] : [['--ipc', settings.ipc] as const]),
    ...(settings.shmMib === undefined ? [] : [['--shm-size', `${settings.shmMib}m`] as const]),
    ...Object.entries(settings.ulimits).map(([name, value]) => ['--ulimit', `${name}=${value}`] as const),
    ...settings.groups.map((group) => ['--group-add', group] as const),
    ...settings.capabilities.map((capability) => ['--cap-add', capability] as const),
    ...settings.securityOptions.map((option) => ['--security-opt', option] as const),
    ...(settings.user === undefined ? [] : [['--user', settings.user] as const]),
    ...(settings.memoryMib === undefined ? [] : [['--memory', `${settings.memoryMib}m`] as const]),
    ...(settings.pids === undefined ? [] : [['--pids-limit', String(settings.pids)] as const]),
    environmentWords,
    // The command is the recipe's, whole: an image may bring an entry point of its own.
    ['--entrypoint', command.argv[0]!],
  ]
  const switches = settings.init ? ['--init'] : []
  return [
    'create',
    ...switches,
    ...options.map(([flag, value]) => `${flag}=${value}`),
    imageId,
    ...command.argv.slice(1),
  ]
}

/** All accelerators of NVIDIA in one request: the daemon takes no second one. */
function gpuRequest(devices: readonly string[]): string[] {
  const wanted = devices.flatMap((device) => (device.startsWith('nvidia=') ? [device.slice('nvidia='.length)] : []))
  if (wanted.length === 0) return []
  return [wanted.includes('all') ? 'all' : `"device=${wanted.join(',')}"`]
}

/** A source that is not there is refused: `--volume` would make it, empty and owned by root. */
function mountValue({ from, to, readOnly }: Mount): string {
  const fields = ['type=bind', `source=${from}`, `target=${to}`, ...(readOnly ? ['readonly'] : [])]
  return fields.map((field) => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',')
}
