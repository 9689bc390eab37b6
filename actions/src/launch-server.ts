import { dirname } from 'node:path'
import { LaunchFolder } from '@reprise/launcher'
import { z } from 'zod'
import { defineAction } from './action.ts'
import { failureOf } from './failure-of.ts'
import { jsonObject, line } from './input-kinds.ts'
import { memberOf } from './member-of.ts'
import { stopAll } from './stop-all.ts'
import { clearMeasured, workFolder, writeJob } from './work-folder.ts'

/** Brings a job's server up and returns when it answers; `stopServer` is the `post` step. */
export const launchServer = defineAction({
  inputs: z.strictObject({ job: jsonObject(), work: line() }),
  outputs: ['url', 'model', 'label', 'log-file'],
  async call({ job, work }, host) {
    const folder = workFolder(work)
    // Before anything else, so that the post step cleans up after a launch that was killed half-way.
    host.saveState('launch', folder.launch)
    const left = await stopAll(folder, host)
    if (left !== undefined) return { outputs: {}, failure: left }
    await clearMeasured(folder)
    await writeJob(work, job)
    const launch = await host.cli(
      ['launch', 'run', `--job=${folder.jobFile}`, `--state=${folder.launch}`, '--detach', '--json'],
      { annotations: true },
    )
    const told = (name: string) => memberOf(launch.value, name) ?? ''
    const silent = told('url') === '' ? 'launch run did not say where the server listens' : undefined
    const failure = failureOf('launch run', launch) ?? silent
    if (failure === undefined) host.say(`${told('model')} on ${told('url')}`)
    return {
      outputs: {
        url: told('url'),
        model: told('model'),
        label: told('label'),
        'log-file': new LaunchFolder(folder.launch).logFile,
      },
      ...(failure !== undefined && { failure }),
    }
  },
})

/** Ends the server, and an evaluation that was killed, with everything that carries their labels, whatever became of the job. */
export const stopServer = defineAction({
  inputs: z.strictObject({}),
  outputs: [],
  isCleanUp: true,
  async call(_inputs, host) {
    const launch = host.state('launch')
    if (launch === undefined) return { outputs: {} }
    const failure = await stopAll(workFolder(dirname(launch)), host)
    return { outputs: {}, ...(failure !== undefined && { failure }) }
  },
})
