import type { Command } from 'commander'

export interface OutputOptions {
  readonly out?: string
  readonly overwrite: boolean
  readonly json: boolean
  readonly quiet: boolean
  /** False: no page about the runs. */
  readonly report: boolean
}

/** Where a run goes and how much is said about it. */
export function addOutputOptions(command: Command): Command {
  return addPageOption(
    command
      .option('--out <folder>', 'run folder; default: a new one under runs/')
      .option('--overwrite', 'replace the run that the folder holds', false)
      .option('--json', 'the result as JSON on stdout, everything else on stderr', false)
      .option('--quiet', 'no progress', false),
  )
}

/** Whether a page about the runs is written. */
export function addPageOption(command: Command): Command {
  return command.option('--no-report', 'write no report.html about the runs')
}
