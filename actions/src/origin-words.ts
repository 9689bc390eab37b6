import { GitCommit, WorkflowRun } from '@reprise/result-aggregator/run'

/**
 * The words of a command line that say which commit it measures, by default that of the event, and by which run of a workflow: none for what the runner does
 * not say, or says in a form that no runner has. Source: docs.github.com, default environment variables.
 */
export function originWords(
  { GITHUB_SHA, ...env }: Readonly<Record<string, string | undefined>>,
  commit = GITHUB_SHA,
): string[] {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT = '1' } = env
  const page = `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}/attempts/${GITHUB_RUN_ATTEMPT}`
  return [
    ...(GitCommit.safeParse(commit).success ? [`--commit=${commit}`] : []),
    ...(WorkflowRun.safeParse(page).success ? [`--workflow-run=${page}`] : []),
  ]
}
