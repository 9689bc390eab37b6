import { CommanderError } from 'commander'

/** What the process ends with; docs/architecture.md has the table. */
export const exitCodes = { done: 0, author: 2, operator: 3, invalid: 4, untold: 5, bug: 70 } as const

/** By who can act on it. A class is known by its name, so that no package has to know this one. */
const codeByErrorName: ReadonlyMap<string, number> = new Map(
  Object.entries({
    UsageError: exitCodes.author,
    FlagError: exitCodes.author,
    TraceError: exitCodes.author,
    TokenizerError: exitCodes.author,
    PlanError: exitCodes.author,
    EngineConfigError: exitCodes.author,
    OutsideTableError: exitCodes.author,
    UnsupportedEngineConfig: exitCodes.author,
    StepLogError: exitCodes.author,
    RecordError: exitCodes.author,
    RunFolderError: exitCodes.author,
    ComparisonError: exitCodes.author,
    ConfigError: exitCodes.author,
    LaunchFolderError: exitCodes.author,
    KeyError: exitCodes.author,
    ShardFolderError: exitCodes.author,
    ListenError: exitCodes.operator,
    DiskError: exitCodes.operator,
    LogFileError: exitCodes.operator,
    EndpointError: exitCodes.operator,
    AgentError: exitCodes.operator,
    ServerStartError: exitCodes.operator,
    CalibrationError: exitCodes.operator,
    LaunchError: exitCodes.operator,
  }),
)

/** The exit code for whatever was thrown; anything unknown is a bug of ours. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.author
  return (error instanceof Error && codeByErrorName.get(error.name)) || exitCodes.bug
}

/** A flag is wrong: its author can fix it. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
