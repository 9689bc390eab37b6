import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { writeFileWhole } from '@reprise/launcher'
import { jobFiles } from '@reprise/result-aggregator/job-folder'
import { printable } from '@reprise/safe-text'
import { ActionError } from './action.ts'

/** Where everything of one job lies on its runner, and what is uploaded as its artifact. */
export interface WorkFolder {
  readonly root: string
  readonly jobFile: string
  /** The server's log, and how its launch went. */
  readonly launch: string
  /** The run, as `reprise replay` writes it. */
  readonly run: string
  readonly evaluation: string
  /** How the job ended. */
  readonly status: string
}

export function workFolder(path: string): WorkFolder {
  const root = resolve(path)
  const inside = (name: string) => join(root, name)
  return {
    root,
    jobFile: inside(jobFiles.job),
    launch: inside(jobFiles.launch),
    run: inside(jobFiles.run),
    evaluation: inside(jobFiles.evaluation),
    status: inside(jobFiles.status),
  }
}

/**
 * Takes away what an earlier attempt measured there: this one's steps may fail before they write, and must not be judged by it.
 *
 * @throws ActionError where something lies there that no job has left.
 */
export async function clearMeasured({ root, jobFile, run, evaluation, status }: WorkFolder): Promise<void> {
  const found = [run, evaluation, status].filter((path) => existsSync(path))
  if (found.length > 0 && !existsSync(jobFile)) {
    throw new ActionError(
      `input work: ${printable(root, 200)} holds files that are not of a job; name a folder of its own`,
    )
  }
  for (const each of found) await rm(each, { recursive: true, force: true })
}

/** The folder, made, with the job in it. */
export async function writeJob(path: string, job: string): Promise<WorkFolder> {
  const folder = workFolder(path)
  await mkdir(folder.root, { recursive: true })
  await writeFileWhole(folder.jobFile, `${job}\n`)
  return folder
}
