import type { CommandValues } from './look-up.ts'

/** What a host finds out when it starts a process, as placeholders of a plan. */
export function startValues(morePorts: readonly string[]): Pick<CommandValues, 'port' | 'atStart'> {
  const ports = morePorts.map((name) => [`port.${name}`, `{port:${name}}`] as const)
  const node = ['host', 'leader', 'rank', 'nodes'].map((name) => [name, `{${name}}`] as const)
  return { port: '{port}', atStart: new Map([...node, ...ports]) }
}
