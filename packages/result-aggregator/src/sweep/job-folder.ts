/** What stands in a job's folder, which is the artifact `job-<id>`: two files, and a folder for each step that writes its own. */
export const jobFiles = {
  job: 'job.json',
  status: 'status.json',
  launch: 'launch',
  run: 'run',
  evaluation: 'eval',
} as const

/** Name of a job's artifact and of its folder. */
export function jobFolderName(id: string): string {
  return `job-${id}`
}
