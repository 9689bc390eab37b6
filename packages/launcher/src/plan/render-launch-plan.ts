import { printable, quoteWord } from '@reprise/safe-text'
import { quoteCommand } from '../recipe/quote-words.ts'
import type { LaunchPlan } from './launch-plan.ts'

/** For people: what the host gives the server, and the command as one would type it there. */
export function renderLaunchPlan({ host, image, env, argv, mounts, devices, port }: LaunchPlan): string {
  const lines = [
    `host     ${host}${image === undefined ? '' : `, image ${printable(image, 300)}`}`,
    ...devices.map((device) => `device   ${device}`),
    ...mounts.map(({ from, to, readOnly }) => `mount    ${from} at ${to}${readOnly ? ', read-only' : ''}`),
    ...Object.entries(env).map(([name, value]) => `env      ${name}=${quoteWord(value)}`),
    `port     ${port === 'auto' ? 'one that is free, in the place of {port}' : port}`,
    'command',
    quoteCommand(argv, {}, { indent: '  ' }),
  ]
  return `${lines.join('\n')}\n`
}
