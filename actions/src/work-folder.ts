import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** Where everything of one job lies on its runner, and what is uploaded as its artifact. */
export interface WorkFolder {
  readonly root: string
  readonly jobFile: string
  /** The server's log, and how its launch went. */
  readonly launch: string
  /** The run, as `reprise replay` writes it. */
  readonly run: string
  readonly evaluation: string
}

export function workFolder(path: string): WorkFolder {
  const root = resolve(path)
  const inside = (name: string) => join(root, name)
  return {
    root,
    jobFile: inside('job.json'),
    launch: inside('launch'),
    run: inside('run'),
    evaluation: inside('eval'),
  }
}

/** The folder, made, with the job in it. */
export async function writeJob(path: string, job: string): Promise<WorkFolder> {
  const folder = workFolder(path)
  await mkdir(folder.root, { recursive: true })
  await writeFile(folder.jobFile, `${job}\n`)
  return folder
}
