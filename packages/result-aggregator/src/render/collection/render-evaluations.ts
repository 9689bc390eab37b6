import { markdownText } from '@reprise/safe-text'
import type { CollectedJob, Collection } from '../../result/collection.ts'

/** The jobs of a sweep that evaluate, beside what they measure or instead of it. */
export function evaluationRows({ rows }: Collection): CollectedJob[] {
  return rows.filter(({ job: { job }, status }) => job.evaluation.only || status.evaluation !== 'not-requested')
}

/** The evaluations of a sweep as a table of Markdown; undefined where no job has any. */
export function renderEvaluations(collection: Collection): string | undefined {
  const rows = evaluationRows(collection).map(
    ({ job, status: { configKey, name, evaluation, failure }, reusedFrom }) => {
      const { concurrencies, evaluation: asked } = job.job
      const at = asked.concurrency ?? (asked.allConcurrencies ? concurrencies.join(', ') : Math.max(...concurrencies))
      const outcome = evaluation === 'passed' ? evaluation : `**${evaluation}**`
      const why = failure ? `${failure.class}: ${failure.message}` : reusedFrom === undefined ? '' : `run ${reusedFrom}`
      const cells = [markdownText(configKey, 120), markdownText(name, 120), at, outcome, markdownText(why, 300)]
      return `| ${cells.join(' | ')} |`
    },
  )
  if (rows.length === 0) return undefined
  return ['| Config | Point | Lanes | Evaluation | Why |', '| --- | --- | ---: | --- | --- |', ...rows].join('\n')
}
