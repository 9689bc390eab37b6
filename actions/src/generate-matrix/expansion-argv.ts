import { ActionError } from '../action.ts'
import type { Inputs } from './inputs.ts'

type Command = Inputs['command']

/** Inputs that only some commands know. One given to another command is an error: it would silently change nothing. */
const commandsOf: Partial<Record<keyof Inputs, readonly Command[]>> = {
  'config-keys': ['test-config'],
  'scenario-type': ['test-config', 'full-sweep'],
  'seq-lens': ['test-config', 'full-sweep'],
  conc: ['test-config'],
  filters: ['full-sweep'],
  'base-ref': ['changed', 'changelog'],
  'head-ref': ['changed', 'changelog'],
  'changelog-file': ['changelog', 'changed'],
}

const ourConfigFiles = ['configs/nvidia-master.yaml', 'configs/amd-master.yaml', 'configs/local.yaml']

/**
 * The command line of the expansion. Every value stands behind its flag's `=`, so that none can become a flag itself.
 *
 * @throws ActionError for an input that the command does not know, or that it cannot do without.
 */
export function expansionArgv(inputs: Inputs): string[] {
  const { command } = inputs
  refuseStrangers(inputs)
  if (command === 'test-config' && inputs['config-keys'] === undefined) {
    throw new ActionError('input config-keys is required by command test-config; write keys, or * for all of them')
  }
  if ((command === 'changed' || command === 'changelog') && inputs['base-ref'] === undefined) {
    throw new ActionError(`input base-ref is required by command ${command}; write the revision before the change`)
  }
  return [
    'matrix',
    command,
    '--as=jobs',
    '--json',
    ...flag('config-files', inputs['config-files'] ?? ourConfigFiles),
    ...flag('runner-config', inputs['runner-config']),
    ...flag('changelog-file', changelogFile(inputs)),
    ...(inputs.filters ?? []).map((each) => `--${each}`),
    ...namedFlags.flatMap((name) => flag(name, inputs[name])),
    ...switches(inputs),
  ]
}

const namedFlags = [
  'config-keys',
  'scenario-type',
  'seq-lens',
  'conc',
  'base-ref',
  'head-ref',
  'duration-override',
  'order',
  'budget-gpu-hours',
  'confirm-gpu-hours',
  'reuse',
] as const

function switches(inputs: Inputs): string[] {
  const { command, canary } = inputs
  const names = ['debug-trace', 'agentx-fast', 'trim', 'require-launches'] as const
  const own = [
    // A changelog without new entries is no mistake in the first place.
    ...(command === 'changelog' ? [] : (['allow-empty'] as const)),
    ...(command === 'changed' ? (['merge-base'] as const) : []),
  ]
  return [
    ...[...names, ...own].filter((name) => inputs[name]).map((name) => `--${name}`),
    ...(canary === undefined ? [] : [`--canary=${canary === 'without' ? 'first' : canary}`]),
  ]
}

/** A changelog has a usual place; `changed` looks at one only where it is named. */
function changelogFile({ command, 'changelog-file': file }: Inputs): string | undefined {
  return command === 'changelog' ? (file ?? 'perf-changelog.yaml') : file
}

function flag(name: string, value: string | readonly string[] | undefined): string[] {
  const values = value === undefined ? [] : typeof value === 'string' ? [value] : value
  return values.map((each) => `--${name}=${each}`)
}

function refuseStrangers(inputs: Inputs): void {
  for (const [name, commands] of Object.entries(commandsOf)) {
    if (inputs[name as keyof Inputs] === undefined || commands.includes(inputs.command)) continue
    throw new ActionError(`input ${name} is for command ${commands.join(' and ')}; leave it out of ${inputs.command}`)
  }
}
