import { printable } from '@reprise/safe-text'
import type { LaunchFailureClass } from '../plan/launch-error.ts'
import type { SlurmJob } from './slurm-job.ts'

/** Who can do something about it, and what to tell them. */
export interface SlurmJudgement {
  readonly failureClass: LaunchFailureClass
  readonly message: string
}

const profile = "mend the runner's profile"

/** What Slurm says when it is asked for what there is not; it is the profile's word, or the job's, that has to change. */
const refusals: readonly (readonly [pattern: RegExp, cure: string])[] = [
  [/invalid partition/i, `write another partition; ${profile}`],
  [/invalid account|account\/partition combination/i, `write an account that may use the partition; ${profile}`],
  [/invalid qos|invalid quality of service/i, `write another QoS; ${profile}`],
  [/invalid feature/i, `write another constraint; ${profile}`],
  [
    /node configuration is not available|more processors requested than permitted/i,
    'ask for less of a node, or for nodes that have it',
  ],
  [/invalid (--time|time limit)|requested time limit is invalid/i, `lower timeout-minutes; ${profile}`],
  [/invalid generic resource|gres/i, `the nodes have no such accelerators; ${profile}`],
  [/invalid node name|unrecognized option|invalid option/i, profile],
]

/** A job that was not even taken into the queue. */
export function judgeRefusal(said: string): SlurmJudgement {
  const line = lastError(said)
  const found = refusals.find(([pattern]) => pattern.test(said))
  if (found) return { failureClass: 'recipe', message: `Slurm refuses the allocation: ${line}; ${found[1]}` }
  const cure = /limit|QOSMax|policy/i.test(said)
    ? 'the queue takes no more jobs of this account now; wait, or ask for a higher limit'
    : 'ask the operator of the cluster'
  return { failureClass: 'infrastructure', message: `Slurm takes no allocation: ${line}; ${cure}` }
}

/** Reasons of a job that waits, after which it will wait for ever. Source: squeue(1), "JOB REASON CODES". */
const hopeless: Readonly<Record<string, string>> = {
  BadConstraints: `no node fits; ${profile}`,
  InvalidAccount: `the account is no good; ${profile}`,
  AccountNotAllowed: `the account may not use the partition; ${profile}`,
  InvalidQOS: `the QoS is no good; ${profile}`,
  QOSNotAllowed: `the QoS may not use the partition; ${profile}`,
  PartitionNodeLimit: `the partition gives no job so many nodes; ${profile}`,
  PartitionTimeLimit: `the partition gives no job so much time; lower timeout-minutes, or ${profile}`,
  QOSTimeLimit: `the QoS gives no job so much time; lower timeout-minutes, or ${profile}`,
  AssociationTimeLimit: `the account gives no job so much time; lower timeout-minutes, or ${profile}`,
}

/** A job that waits: undefined where its time may come. */
export function judgeWaiting({ reason, id }: Pick<SlurmJob, 'reason' | 'id'>): SlurmJudgement | undefined {
  if (reason === undefined) return undefined
  const cure = Object.hasOwn(hopeless, reason) ? hopeless[reason] : undefined
  if (cure !== undefined)
    return { failureClass: 'recipe', message: `job ${id} would wait for ever (${printable(reason, 60)}): ${cure}` }
  if (!/^JobHeld|launch failed requeued held/i.test(reason)) return undefined
  return {
    failureClass: 'infrastructure',
    message: `job ${id} is held (${printable(reason, 60)}); ask the operator of the cluster, or release it`,
  }
}

/** What ends an allocation from outside. */
const ends: Readonly<Record<string, string>> = {
  TIMEOUT:
    "the allocation reached its time limit; raise timeout-minutes in the runner's profile, or measure for less time",
  NODE_FAIL: 'a node of the allocation failed; the operator of the cluster knows why',
  PREEMPTED: 'a job of higher priority took the nodes; use a partition or a QoS that is not preempted',
  BOOT_FAIL: 'a node did not boot; ask the operator of the cluster',
  DEADLINE: 'the allocation reached its deadline',
  OUT_OF_MEMORY: 'a node ran out of memory; the job may ask for more of it in the profile',
  CANCELLED: 'somebody cancelled the job',
}

/** Why an allocation is over, in words; undefined while it goes on, or where it simply ended. */
export function judgeEnd({ id, states, reason }: Pick<SlurmJob, 'id' | 'states' | 'reason'>): string | undefined {
  const state = states.find((each) => Object.hasOwn(ends, each))
  if (state !== undefined) return `job ${id} is ${state}: ${ends[state]}`
  const isFailed = states.includes('FAILED')
  return isFailed ? `job ${id} has FAILED${reason === undefined ? '' : ` (${printable(reason, 60)})`}` : undefined
}

/** What a step's client says when it did not end by itself; it may end with 0 all the same. */
const clientSigns: readonly (readonly [pattern: RegExp, state: string])[] = [
  [/DUE TO TIME LIMIT/i, 'TIMEOUT'],
  [/DUE TO NODE FAILURE|srun: error: Node failure/i, 'NODE_FAIL'],
  [/DUE TO PREEMPTION/i, 'PREEMPTED'],
]

/** The end of the allocation as the client of a step has seen it; undefined where it says nothing of that. */
export function stateFromClient(said: string): string | undefined {
  return clientSigns.find(([pattern]) => pattern.test(said))?.[1]
}

/** The last complaint of a Slurm client, without who says it. */
function lastError(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '')
  const line = lines.findLast((each) => /error/i.test(each)) ?? lines.at(-1) ?? 'no reason told'
  return printable(line.replace(/^\w+: (error: )?/, '').trim(), 300)
}
