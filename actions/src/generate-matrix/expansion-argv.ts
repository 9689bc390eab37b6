import { ActionError } from '../action.ts'
import type { Inputs } from './inputs.ts'

type Command = Inputs['command']

/** Inputs that only some commands know. One given to another command is an error: it would silently change nothing. */
const commandsOf: Partial<Record<keyof Inputs, readonly Command[]>> = {
  'config-keys': ['test-config'],
  'scenario-type': ['test-config', 'full-sweep'],
  'seq-lens': ['test-config', 'full-sweep'],
  conc: ['test-config'],
  'model-prefix': ['full-sweep'],
  precision: ['full-sweep'],
  framework: ['full-sweep'],
  'runner-type': ['full-sweep'],
  'min-conc': ['full-sweep'],
  'max-conc': ['full-sweep'],
  'max-tp': ['full-sweep'],
  'max-ep': ['full-sweep'],
  'step-size': ['full-sweep'],
  'base-ref': ['changed', 'changelog'],
  'head-ref': ['changed', 'changelog'],
  'changelog-file': ['changelog'],
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
    ...flag(
      'changelog-file',
      command === 'changelog' ? (inputs['changelog-file'] ?? 'perf-changelog.yaml') : undefined,
    ),
    ...namedFlags.flatMap((name) => flag(name, inputs[name])),
    ...switches(inputs),
  ]
}

const namedFlags = [
  'config-keys',
  'scenario-type',
  'seq-lens',
  'conc',
  'model-prefix',
  'precision',
  'framework',
  'runner-type',
  'min-conc',
  'max-conc',
  'max-tp',
  'max-ep',
  'step-size',
  'base-ref',
  'head-ref',
  'duration-override',
  'order',
] as const

function switches(inputs: Inputs): string[] {
  const names = ['debug-trace', 'trim', 'allow-empty'] as const
  // A changelog without new entries is no mistake in the first place.
  const known = inputs.command === 'changelog' ? names.slice(0, 2) : names
  return known.filter((name) => inputs[name]).map((name) => `--${name}`)
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
