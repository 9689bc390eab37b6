import type { PlannedProcess, Role } from './planned-process.ts'

/** Where a process listens, as this machine reaches it. */
export interface Address {
  /** A name or an IPv4 address. */
  readonly host: string
  readonly port: number
  /** Its further ports, by name. */
  readonly morePorts?: Readonly<Record<string, number>>
}

/** What the placeholders of a command stand for. */
export interface Surroundings {
  readonly address: Address
  /** The addresses of the copies of every role that has been placed so far. */
  readonly peers?: Partial<Record<Role, readonly Address[]>>
  /** The node of a copy that has several: its number, how many there are, and the first one's host. */
  readonly node?: { readonly rank: number; readonly nodes: number; readonly leader: string }
}

/** A command that a system can run. */
export interface FilledCommand {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** The command with everything in the place of its placeholders; what is none, or has no value here, stays as it is. */
export function fillCommand(
  { argv, env }: Pick<PlannedProcess, 'argv' | 'env'>,
  { address, peers = {}, node }: Surroundings,
): FilledCommand {
  const own = valuesOf(address, node)
  const words = argv.flatMap((word) => {
    if (typeof word === 'string') return fillWord(word, own)
    return (peers[word.each] ?? []).flatMap((peer) => word.words.map((each) => fillWord(each, valuesOf(peer))))
  })
  return {
    argv: words,
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fillWord(value, own)])),
  }
}

function valuesOf({ host, port, morePorts = {} }: Address, node?: Surroundings['node']): ReadonlyMap<string, string> {
  return new Map<string, string>([
    ['port', String(port)],
    ['host', host],
    ...Object.entries(morePorts).map(([name, each]) => [`port:${name}`, String(each)] as const),
    ['rank', String(node?.rank ?? 0)],
    ['nodes', String(node?.nodes ?? 1)],
    ['leader', node?.leader ?? host],
  ])
}

function fillWord(word: string, values: ReadonlyMap<string, string>): string {
  return word.replace(/\{([a-z]+(?::[a-z0-9-]+)?)\}/g, (whole, name: string) => values.get(name) ?? whole)
}
