import type { ActionHost } from './action.ts'
import { failureOf } from './failure-of.ts'
import type { WorkFolder } from './work-folder.ts'

/** Ends the server of a job and what an evaluation has left; fine to do twice. Returns why it could not be done. */
export async function stopAll(folder: WorkFolder, host: ActionHost): Promise<string | undefined> {
  const failures: string[] = []
  for (const state of [folder.launch, folder.evaluation]) {
    const failure = failureOf('launch stop', await host.cli(['launch', 'stop', `--state=${state}`]))
    if (failure !== undefined) failures.push(failure)
  }
  return failures.length > 0 ? failures.join('; ') : undefined
}
