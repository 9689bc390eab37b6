import { setTimeout as sleep } from 'node:timers/promises'
import { printable } from '@reprise/safe-text'
import { LaunchError } from '../../plan/launch-error.ts'
import { type AllocationRequest, allocationWords, holdingScript } from '../../slurm/allocation-words.ts'
import { expandNodeList } from '../../slurm/expand-node-list.ts'
import { judgeEnd, judgeRefusal, judgeWaiting, type SlurmJudgement } from '../../slurm/judge-slurm.ts'
import { describeQueuePlace } from '../../slurm/queue-place.ts'
import { isRunning, type SlurmJob } from '../../slurm/slurm-job.ts'
import { parseSlurmNodes } from '../../slurm/slurm-node.ts'
import { allJobs, jobById, ownJobs } from './jobs-of.ts'
import { ask, runClient } from './slurm-client.ts'

/** Nodes of a job that runs, and is ours. */
export interface Allocation {
  readonly jobId: number
  readonly nodes: readonly AllocatedNode[]
}

export interface AllocatedNode {
  readonly name: string
  readonly address: string
  /** Processors that the job has there. */
  readonly cpus: number
}

export interface Waiting {
  readonly signal: AbortSignal
  readonly tell: (detail: string) => void
}

const firstPollMs = 300
/** A queue is asked seldom once it is clear that it takes its time: the controller serves others too. */
const maxPollMs = 15_000

/**
 * Submits an allocation and waits in the queue until it has its nodes.
 *
 * @throws LaunchError when it is refused, would wait for ever, or ends before; the signal's reason when that aborts. The job is still there
 * then, and carries its label.
 */
export async function giveNodes(request: AllocationRequest, waiting: Waiting): Promise<Allocation> {
  waiting.signal.throwIfAborted()
  const { exitCode, stdout, stderr } = await runClient(allocationWords(request), {
    input: holdingScript,
    phase: 'queue',
  })
  const jobId = Number(/^(\d+)(;|\s|$)/.exec(stdout)?.[1])
  if (exitCode !== 0 || !(jobId > 0)) throw failure(judgeRefusal(stderr))
  const job = await untilRunning(jobId, waiting)
  return { jobId, nodes: await nodesOf(job) }
}

async function untilRunning(jobId: number, { signal, tell }: Waiting): Promise<SlurmJob> {
  for (let waitMs = firstPollMs; ; waitMs = Math.min(maxPollMs, waitMs * 1.5)) {
    signal.throwIfAborted()
    const job = (await ownJobs('queue')).find(({ id }) => id === jobId)
    if (!job) throw await endedWaiting(jobId)
    if (isRunning(job)) return job
    const hopeless = judgeWaiting(job)
    if (hopeless) throw failure(hopeless)
    tell(job.states.includes('PENDING') ? describeQueuePlace(job, await allJobs(job.partition)) : 'its nodes come up')
    await sleep(waitMs, undefined, { signal }).catch(() => {})
  }
}

async function endedWaiting(jobId: number): Promise<LaunchError> {
  const job = await jobById(jobId)
  const why = job && (judgeWaiting(job)?.message ?? judgeEnd(job))
  const hopeless = job && judgeWaiting(job)
  return failure({
    failureClass: hopeless?.failureClass ?? 'infrastructure',
    message: why ?? `job ${jobId} has left the queue without having run; ask the operator of the cluster`,
  })
}

async function nodesOf({ id, nodes: list = '', cpus = 0 }: SlurmJob): Promise<AllocatedNode[]> {
  const names = expandNodeList(list) ?? []
  const text = names.length === 0 ? '' : await ask(['sinfo', '-N', '--json', `--nodes=${names.join(',')}`], 'queue')
  const told = new Map((parseSlurmNodes(text) ?? []).map((node) => [node.name, node.address]))
  if (names.length === 0) {
    const message = `job ${id} runs on ${printable(list, 200) || 'no node'}, which is no list of nodes; ask the operator of the cluster`
    throw failure({ failureClass: 'infrastructure', message })
  }
  return names.map((name) => {
    return { name, address: told.get(name) ?? name, cpus: Math.max(1, Math.floor(cpus / names.length)) }
  })
}

function failure({ failureClass, message }: SlurmJudgement): LaunchError {
  return new LaunchError(message, { failureClass, phase: 'queue' })
}
