import { z } from 'zod'
import { defineAction } from './action.ts'
import { failureOf } from './failure-of.ts'
import { jsonObject, line } from './input-kinds.ts'
import { memberOf } from './member-of.ts'
import { writeJob } from './work-folder.ts'

/** Runs the recipe's evaluation against the job's server. Without one configured the step is red, and says so. */
export const evaluate = defineAction({
  inputs: z.strictObject({ job: jsonObject(), url: line(), model: line(), work: line() }),
  outputs: ['outcome'],
  async call({ job, url, model, work }, host) {
    const folder = await writeJob(work, job)
    const evaluated = await host.cli(
      [
        'launch',
        'eval',
        `--job=${folder.jobFile}`,
        `--url=${url}`,
        `--model=${model}`,
        `--out=${folder.evaluation}`,
        '--json',
      ],
      { annotations: true },
    )
    const outcome = memberOf(evaluated.value, 'outcome') ?? ''
    const failure =
      outcome === 'not-configured'
        ? 'eval: not configured in the recipe of this job'
        : failureOf('launch eval', evaluated)
    return {
      outputs: { outcome },
      ...(failure !== undefined && { failure }),
    }
  },
})
