import { printable, quoteWord } from '@reprise/safe-text'
import { quoteCommand } from '../recipe/quote-words.ts'
import { imageOf, type LaunchPlan, mountsOf } from './launch-plan.ts'
import type { PlannedProcess, Word } from './planned-process.ts'

/** For people: what the host gives the processes, and their commands as one would type them there. */
export function renderLaunchPlan(plan: LaunchPlan): string {
  const image = imageOf(plan)
  const lines = [
    `host     ${plan.host}${image === undefined ? '' : `, image ${printable(image, 300)}`}`,
    ...(plan.host === 'slurm' ? [`nodes    ${renderAllocation(plan.allocation)}`] : []),
    ...mountsOf(plan).map(({ from, to, readOnly }) => `mount    ${from} at ${to}${readOnly ? ', read-only' : ''}`),
    ...plan.processes.flatMap((each) => renderProcess(each, plan.processes.length > 1 || each.count > 1)),
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
    quoteCommand(argv.flatMap(wordsOf), {}, { indent: '  ' }),
  ]
}

/** What stands once for each copy of a role is shown once. */
function wordsOf(word: Word): readonly string[] {
  return typeof word === 'string' ? [word] : word.words.map((each) => each.replace('{', `{${word.each}.`))
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
