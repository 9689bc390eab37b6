import { expect, test } from 'vitest'
import { judgeEnd, judgeRefusal, judgeWaiting, stateFromClient } from './judge-slurm.ts'

/** What Slurm 22.05.8 said; those of accounts and limits as `slurm_errno.c` has them. */
test.each<[string, 'recipe' | 'infrastructure', RegExp]>([
  [
    'sbatch: error: invalid partition specified: nope\nsbatch: error: Batch job submission failed: Invalid partition name specified',
    'recipe',
    /Invalid partition name specified; write another partition; mend the runner's profile/,
  ],
  [
    'sbatch: error: Batch job submission failed: Invalid account or account/partition combination specified',
    'recipe',
    /an account that may/,
  ],
  ['sbatch: error: Batch job submission failed: Invalid qos specification', 'recipe', /another QoS/],
  ['sbatch: error: Batch job submission failed: Invalid feature specification', 'recipe', /another constraint/],
  [
    'sbatch: error: Batch job submission failed: Requested node configuration is not available',
    'recipe',
    /ask for less of a node/,
  ],
  ['sbatch: error: Invalid --time specification', 'recipe', /lower timeout-minutes/],
  [
    "sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)",
    'infrastructure',
    /takes no more jobs of this account now/,
  ],
  [
    'sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)',
    'infrastructure',
    /ask the operator/,
  ],
  ['', 'infrastructure', /no reason told/],
])('%j is told to whoever can act', (said, failureClass, message) => {
  const judged = judgeRefusal(said)
  expect(judged.failureClass).toBe(failureClass)
  expect(judged.message).toMatch(message)
})

test.each<[string | undefined, string | undefined]>([
  [undefined, undefined],
  ['Resources', undefined],
  ['Priority', undefined],
  ['ReqNodeNotAvail', undefined],
  ['toString', undefined],
  ['PartitionNodeLimit', 'recipe'],
  ['BadConstraints', 'recipe'],
  ['InvalidAccount', 'recipe'],
  ['JobHeldAdmin', 'infrastructure'],
])('a job that waits for %s: hopeless is %s', (reason, failureClass) => {
  expect(judgeWaiting({ id: 1, ...(reason !== undefined && { reason }) })?.failureClass).toBe(failureClass)
})

test.each<[string[], RegExp | undefined]>([
  [['RUNNING'], undefined],
  [['COMPLETED'], undefined],
  [['TIMEOUT'], /^job 5 is TIMEOUT: the allocation reached its time limit; raise timeout-minutes/],
  [['NODE_FAIL'], /a node of the allocation failed/],
  [['PREEMPTED'], /a job of higher priority took the nodes/],
  [['CANCELLED'], /somebody cancelled the job/],
  [['FAILED'], /^job 5 has FAILED \(NonZeroExitCode\)$/],
])('a job that is %o', (states, message) => {
  const cause = judgeEnd({ id: 5, states, reason: 'NonZeroExitCode' })
  if (message === undefined) expect(cause).toBeUndefined()
  else expect(cause).toMatch(message)
})

test.each<[string, string | undefined]>([
  [
    'srun: error: Node failure on gpu1\nsrun: Job step aborted: Waiting up to 5 seconds for job step to finish.',
    'NODE_FAIL',
  ],
  ['slurmstepd: error: *** STEP 1.6 ON gpu1 CANCELLED AT 2026-11-28T16:24:27 DUE TO TIME LIMIT ***', 'TIMEOUT'],
  ['slurmstepd: error: *** JOB 5 ON gpu1 CANCELLED AT 2026-11-28T16:24:27 DUE TO PREEMPTION ***', 'PREEMPTED'],
  ['srun: error: gpu0: task 0: Exited with exit code 7', undefined],
])('%j', (said, state) => {
  expect(stateFromClient(said)).toBe(state)
})
