import { Option } from 'commander'
import { UsageError } from '../terminal/exit-codes.ts'

/** How the times of recorded subagents are read. */
export type SubagentTimes = 'auto' | 'start-absolute' | 'start-relative' | 'completion-relative'

/** `--subagent-times`, for every command that reads traces. Absent: `auto`. Source: docs/decisions/0003-subagent-times.md */
export function subagentTimesOption(about = ''): Option {
  return new Option(
    '--subagent-times <reading>',
    `${about}what the times of recorded subagents stand for; default: auto, by what the traces show`,
  ).choices(['auto', 'start-absolute', 'start-relative', 'completion-relative'] satisfies SubagentTimes[])
}

/** @throws UsageError where the option is given without traces. */
export function refuseTimesAlone(options: { readonly traces?: string; readonly subagentTimes?: SubagentTimes }): void {
  if (options.subagentTimes === undefined || options.traces !== undefined) return
  throw new UsageError('--subagent-times is about recorded traces: name them with --traces, or leave it out.')
}
