import { spawnSync } from 'node:child_process'
import { type RunnerProfile, readProfile } from '@reprise/launcher'
import type { SweepJob } from '@reprise/matrix-generator'
import { UsageError } from '../terminal/exit-codes.ts'
import { several } from '../terminal/output.ts'

type Kind = RunnerProfile['host']

/** What answers where a kind of host can be reached from here. */
const questions: Readonly<Record<Kind, string>> = { process: '', docker: 'docker version', slurm: 'sinfo --noheader' }

/** A daemon that does not answer in that time hangs. */
const deadlineMs = 10_000

/**
 * Looks before the first job starts whether this machine can start the others.
 *
 * @throws UsageError that says how many of them need what; ConfigError for a profile that cannot be read.
 */
export function refuseMissingHosts(
  jobs: readonly Pick<SweepJob, 'profile'>[],
  hostOf: (profile: string) => Kind = (name) => readProfile(name).host,
  answers: (question: string) => boolean = isAnswered,
): void {
  for (const [kind, group] of Map.groupBy(jobs, ({ profile }) => hostOf(profile))) {
    const question = questions[kind]
    if (question === '' || answers(question)) continue
    throw new UsageError(
      `${group.length} of ${several(jobs.length, 'job')} ${group.length === 1 ? 'needs' : 'need'} a ${kind} host, and ${question} does not answer here. Run them where it does; or start the engine as a process: reprise launch run --job job.json --profile runners/local.yaml`,
    )
  }
}

function isAnswered(question: string): boolean {
  const [program, ...words] = question.split(' ')
  return spawnSync(program!, words, { stdio: 'ignore', timeout: deadlineMs }).status === 0
}
