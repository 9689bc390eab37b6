import type { Epoch } from '../epoch/epoch.ts'
import type { Job } from '../job/job.ts'
import { aprilEvaluations } from './april-evaluations.ts'
import { augustEvaluations, everyEvaluation } from './august-evaluations.ts'
import type { CommonFlags } from './flags.ts'

/** The jobs with their evaluations marked by the rules of the epoch; only the evaluated ones if the flags ask for that. */
export function markEvaluations(jobs: readonly Job[], flags: CommonFlags, epoch: Epoch): Job[] {
  const { noEvals = false, evalsOnly = false, allEvals = false } = flags
  if (noEvals) return jobs.map(unmarked)
  const isEvaluationRun = evalsOnly || allEvals
  const marked = epoch === 'apr2026' ? aprilEvaluations(jobs) : augustEvaluations(jobs, isEvaluationRun)
  const all = allEvals ? everyEvaluation(marked) : marked
  if (!isEvaluationRun) return all
  return all
    .filter((job) => job.evaluation.run === true)
    .map((job) => ({ ...job, evaluation: { ...job.evaluation, only: true } }))
}

/** A fixed-length row always says whether it evaluates; an agentic one only if evaluations were considered. */
function unmarked(job: Job): Job {
  return job.scenario.kind === 'fixed-seq-len' ? { ...job, evaluation: { run: false } } : job
}
