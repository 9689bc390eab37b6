import { z } from 'zod'

/** The commit whose files were measured with, in full: SHA-1, or SHA-256. */
export const GitCommit = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)

/** The page of the run of a workflow that measured. Source: docs.github.com, default environment variables: GITHUB_SERVER_URL, _REPOSITORY, _RUN_ID, _RUN_ATTEMPT. */
export const WorkflowRun = z
  .string()
  .max(400)
  .regex(/^https:\/\/[a-z\d.-]+(?::\d+)?\/[\w.-]+\/[\w.-]+\/actions\/runs\/\d{1,20}(?:\/attempts\/\d{1,6})?$/i)

/** Where a run was measured from, as far as whoever started it says. */
export interface RunOrigin {
  readonly commit?: string
  readonly workflowRun?: string
}
