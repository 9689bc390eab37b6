import { printable, quoteWord } from '@reprise/safe-text'
import { imageOf, type LaunchPlan, mountsOf } from '../plan/launch-plan.ts'
import type { PlannedProcess } from '../plan/planned-process.ts'
import { quoteCommand } from '../recipe/quote-words.ts'
import { hostCommands, shownWords } from './host-commands.ts'

/** For people: what the host gives the processes, and their commands as one would type them there. */
export function renderLaunchPlan(plan: LaunchPlan): string {
  const image = imageOf(plan)
  const lines = [
    `host     ${plan.host}${image === undefined ? '' : `, image ${printable(image, 300)}`}`,
    ...(plan.host === 'slurm' ? [`nodes    ${renderAllocation(plan.allocation)}`] : []),
    ...mountsOf(plan).map(({ from, to, readOnly }) => `mount    ${from} at ${to}${readOnly ? ', read-only' : ''}`),
    ...plan.processes.flatMap((each) => renderProcess(each, plan.processes.length > 1 || each.count > 1)),
    ...renderRuns(plan),
  ]
  return `${lines.join('\n')}\n`
}

function renderProcess({ role, count, devices, env, argv, port }: PlannedProcess, isOneOfSeveral: boolean): string[] {
  return [
    ...(isOneOfSeveral ? ['', `role     ${role}${count === 1 ? '' : `, ${count} of them`}`] : []),
    ...devices.map((device) => `device   ${device}`),
    ...Object.entries(env).map(([name, value]) => `env      ${name}=${quoteWord(value)}`),
    `port     ${port === 'auto' ? 'one that is free, in the place of {port}' : port}`,
    'command',
    quoteCommand(shownWords(argv), {}, { indent: '  ' }),
  ]
}

/** The lines that the host runs; on a process host the command is the line. */
function renderRuns(plan: LaunchPlan): string[] {
  const commands = hostCommands(plan)
  return commands.length === 0
    ? []
    : ['', 'runs', ...commands.map((words) => quoteCommand(words, {}, { indent: '  ' }))]
}

function renderAllocation(allocation: Extract<LaunchPlan, { host: 'slurm' }>['allocation']): string {
  const { nodes, gpusPerNode, exclusive, timeLimitMinutes, exclude, ...asked } = allocation
  return [
    `${nodes} of ${gpusPerNode} GPUs each${exclusive ? ', for itself' : ''}`,
    `${timeLimitMinutes} minutes`,
    ...Object.entries(asked).map(([name, value]) => `${name} ${printable(String(value), 100)}`),
    ...(exclude.length > 0 ? [`without ${printable(exclude.join(' '), 300)}`] : []),
  ].join(', ')
}
