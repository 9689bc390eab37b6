import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { launchFiles } from '@reprise/launcher'
import { z } from 'zod'
import { defineAction } from './action.ts'
import { failureOf } from './failure-of.ts'
import { jsonObject, line } from './input-kinds.ts'
import { originWords } from './origin-words.ts'
import { writeJob } from './work-folder.ts'

/** Replays a job's load against its server. A step that is cancelled drains and keeps what it has measured. */
export const replay = defineAction({
  inputs: z.strictObject({
    job: jsonObject(),
    url: line(),
    work: line(),
    traces: line().optional(),
    commit: line().optional(),
  }),
  outputs: ['exit-code', 'run'],
  async call({ job, url, work, traces, commit }, host) {
    const folder = await writeJob(work, job)
    const replayed = await host.cli([
      'replay',
      `--job=${folder.jobFile}`,
      `--url=${url}`,
      ...(existsSync(join(folder.launch, launchFiles.launch)) ? [`--launch=${folder.launch}`] : []),
      `--out=${folder.run}`,
      // The sweep has one page of all its jobs.
      '--no-report',
      ...originWords(host.env, commit),
      ...(traces === undefined ? [] : [`--traces=${traces}`]),
    ])
    const failure = failureOf('replay', replayed)
    return {
      outputs: { 'exit-code': String(replayed.exitCode), run: folder.run },
      ...(failure !== undefined && { failure }),
    }
  },
})
