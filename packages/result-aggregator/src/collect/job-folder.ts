/** The files of a job's folder, which is the artifact `job-<id>`. */
export const jobFiles = {
  job: 'job.json',
  status: 'status.json',
  launch: 'launch/launch.json',
  launchFailure: 'launch/launch-failure.json',
  launchEnd: 'launch/launch-end.json',
  serverLog: 'launch/server.log',
  run: 'run',
  debugTrace: 'run/debug-trace.jsonl',
  evaluation: 'eval/eval.json',
} as const

/** Name of a job's artifact and of its folder. */
export function jobFolderName(id: string): string {
  return `job-${id}`
}
