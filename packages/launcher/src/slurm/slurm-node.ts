import { z } from 'zod'
import { parseSlurmJson, SlurmStates, SlurmText } from './slurm-json.ts'

/** A node of the cluster. */
export interface SlurmNode {
  /** As the scheduler calls it. */
  readonly name: string
  /** Where it can be reached. */
  readonly address: string
  /** `IDLE`, `ALLOCATED`, with flags such as `DRAIN`; upper case. */
  readonly states: readonly string[]
  /** Why its operator has taken it out. */
  readonly reason?: string
}

/** As `sinfo --json` of 22.05 has it, and `scontrol show node --json` of later versions. */
const Plain = z.object({
  nodes: z.array(
    z.object({
      name: z.string(),
      address: z.string(),
      state: SlurmStates,
      state_flags: z.array(z.string()).optional(),
      reason: SlurmText,
    }),
  ),
})

/** As `sinfo --json` of later versions has it: entries of nodes that are alike. */
const Grouped = z.object({
  sinfo: z.array(
    z.object({
      node: z.object({ state: SlurmStates }),
      nodes: z.object({ nodes: z.array(z.string()), addresses: z.array(z.string()).optional() }),
      reason: SlurmText,
    }),
  ),
})

/**
 * The nodes that a command of Slurm has told of with `--json`, each once; undefined where it is none of that.
 *
 * Source: `sinfo --json` of Slurm 22.05.8, and of 24.11 as `src/plugins/data_parser/v0.0.41/parsers.c` writes it.
 */
export function parseSlurmNodes(text: string): SlurmNode[] | undefined {
  const plain = parseSlurmJson(text, Plain)?.nodes.map(({ name, address, state, state_flags: flags = [], reason }) => {
    const states = [...state, ...flags.map((flag) => flag.toUpperCase())]
    return { name, address, states, ...(reason !== undefined && { reason }) }
  })
  const found =
    plain ??
    parseSlurmJson(text, Grouped)?.sinfo.flatMap(({ node, nodes, reason }) => {
      const { nodes: names, addresses = [] } = nodes
      // Names and addresses go together where each has one.
      const own = addresses.length === names.length ? addresses : names
      return names.map((name, i) => ({
        name,
        address: own[i]!,
        states: node.state,
        ...(reason !== undefined && { reason }),
      }))
    })
  // A node of two partitions is told of twice.
  return found && [...new Map(found.map((node) => [node.name, node])).values()]
}
