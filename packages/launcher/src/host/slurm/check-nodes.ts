import { LaunchError } from '../../plan/launch-error.ts'
import type { HealthLimits } from '../../plan/slurm-allocation.ts'
import { healthScript, judgeHealth, type NodeHealth, parseHealth } from '../../slurm/node-health.ts'
import { stepWords } from '../../slurm/step-words.ts'
import type { LeftOut } from '../host.ts'
import type { AllocatedNode, Allocation, Waiting } from './give-nodes.ts'
import { runClient } from './slurm-client.ts'

export interface CheckedNodes {
  readonly health: ReadonlyMap<string, NodeHealth>
  readonly unfit: readonly LeftOut[]
}

/** So many nodes are asked at once. */
const atOnce = 16

/** Asks every node of an allocation how it is, with all its accelerators in sight. @throws LaunchError when none can be asked at all */
export async function checkNodes(
  { jobId, nodes }: Allocation,
  { limits, gpusPerNode }: { readonly limits: HealthLimits; readonly gpusPerNode: number },
  { signal, tell }: Waiting,
): Promise<CheckedNodes> {
  const health = new Map<string, NodeHealth>()
  const unfit: LeftOut[] = []
  const look = async (node: AllocatedNode) => {
    const found = await askNode(jobId, node, { gpusPerNode, folders: Object.keys(limits.freeDiskGib ?? {}) })
    if (typeof found === 'string') return void unfit.push({ node: node.name, reason: found })
    health.set(node.name, found)
    const reasons = judgeHealth(found, limits, Date.now() / 1_000)
    if (reasons.length > 0) unfit.push({ node: node.name, reason: reasons.join(', ') })
  }
  for (let i = 0; i < nodes.length; i += atOnce) {
    signal.throwIfAborted()
    tell(`asking ${nodes.length === 1 ? nodes[0]!.name : `${nodes.length} nodes`} how they are`)
    await Promise.all(nodes.slice(i, i + atOnce).map(look))
  }
  signal.throwIfAborted()
  return { health, unfit }
}

/** What the node says; why it says nothing, where it does not. */
async function askNode(
  jobId: number,
  { name }: AllocatedNode,
  { gpusPerNode, folders }: { readonly gpusPerNode: number; readonly folders: readonly string[] },
): Promise<NodeHealth | string> {
  const words = stepWords({
    jobId,
    node: name,
    stepName: 'health',
    cpus: 1,
    ...(gpusPerNode > 0 && { gpus: gpusPerNode }),
    variables: [],
    argv: ['sh', '-c', healthScript, 'health', ...folders],
  })
  try {
    const { stdout, stderr, exitCode } = await runClient(words)
    return (
      parseHealth(stdout) ??
      `no step runs there (${stderr.trim().split('\n')[0]?.slice(0, 200) || `exit code ${exitCode}`})`
    )
  } catch (error) {
    if (error instanceof LaunchError) return error.message
    throw error
  }
}
