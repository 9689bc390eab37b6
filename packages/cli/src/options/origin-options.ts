import { GitCommit, type RunOrigin, WorkflowRun } from '@reprise/result-aggregator/run'
import { type Command, InvalidArgumentError } from 'commander'

const flags = ['--commit', '--workflow-run']

/** From which commit and by which run of a workflow it is measured, as flags; the actions give them. */
export function addOriginOptions(command: Command): Command {
  return command
    .option(
      '--commit <sha>',
      'the commit whose recipes and configuration are measured, in full, for the result',
      parseCommit,
    )
    .option('--workflow-run <url>', 'the page of the run of a workflow that measures, for the result', parseWorkflowRun)
}

/** Of all options of a command those of these that were given. */
export function originOf({ commit, workflowRun }: RunOrigin): RunOrigin {
  return { ...(commit !== undefined && { commit }), ...(workflowRun !== undefined && { workflowRun }) }
}

/** A command line without them: who types it again measures from somewhere else. */
export function withoutOrigin(argv: readonly string[]): string[] {
  return argv.filter(
    (word, i) => !flags.some((flag) => word === flag || argv[i - 1] === flag || word.startsWith(`${flag}=`)),
  )
}

/** @throws InvalidArgumentError */
function parseCommit(text: string): string {
  if (GitCommit.safeParse(text).success) return text
  throw new InvalidArgumentError('Write it in full, as git rev-parse HEAD gives it: 40 hex digits, or 64.')
}

/** @throws InvalidArgumentError */
function parseWorkflowRun(text: string): string {
  if (WorkflowRun.safeParse(text).success) return text
  throw new InvalidArgumentError('Write it as its page: https://github.com/OWNER/NAME/actions/runs/123/attempts/1.')
}
