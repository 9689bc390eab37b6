import { JobStatus } from '@reprise/result-aggregator'
import { z } from 'zod'
import { defineAction } from './action.ts'
import { failureOf } from './failure-of.ts'
import { jsonObject, line, yesNo } from './input-kinds.ts'
import { readResults, verdictOf } from './read-results.ts'
import { redactSecrets } from './redact-secrets.ts'
import { renderJobSummary } from './render-job-summary.ts'
import { stopAll } from './stop-all.ts'
import { writeJob } from './work-folder.ts'

/** What became of a job, from what it left: its result, or the class of its failure. */
export const buildResults = defineAction({
  inputs: z.strictObject({ job: jsonObject(), work: line(), cancelled: yesNo().default(false) }),
  outputs: ['outcome', 'class', 'verdict'],
  async call({ job, work, cancelled }, host) {
    const folder = await writeJob(work, job)
    // Nobody needs the server any more, and only whoever stops it learns whether it had died while it was measured.
    const left = await stopAll(folder, host)
    // Before anything is quoted from there: whatever lies in the folder is uploaded.
    const redacted = await redactSecrets([folder.launch, folder.evaluation], process.env)
    for (const file of redacted) host.say(`secrets were taken out of ${file}`)
    const judged = await host.cli([
      'results',
      'job',
      `--job=${folder.jobFile}`,
      `--work=${folder.root}`,
      ...(cancelled ? ['--cancelled'] : []),
      '--json',
    ])
    const status = JobStatus.safeParse(judged.value).data
    const results = await readResults(folder.run)
    const silent = status?.outcome === 'done' ? undefined : 'results job did not say how the job ended'
    const failure = status?.failure ? tellFailure(status) : (failureOf('results job', judged) ?? silent ?? left)
    return {
      outputs: {
        outcome: status?.outcome ?? 'failed',
        class: status?.failure?.class ?? '',
        verdict: verdictOf(results) ?? '',
      },
      ...(status && { summary: renderJobSummary(status, results) }),
      ...(failure !== undefined && { failure }),
    }
  },
})

function tellFailure({ name, failure, reproduce }: JobStatus): string {
  const where = failure?.phase === undefined ? '' : ` in ${failure.phase}`
  return `${name}: ${failure?.class}${where}: ${failure?.message}. Again: ${reproduce}`
}
