import { type Command, Option } from 'commander'
import {
  type EvalFlags,
  evaluate,
  type PlanFlags,
  plan,
  type RunFlags,
  run,
  type StopFlags,
  stop,
  told,
} from '../launch/launch-actions.ts'
import { commandNotes } from '../options/command-notes.ts'
import { parseIntegers } from '../options/matrix-options.ts'
import { parseHttpUrl } from '../options/parse-http-url.ts'
import { type PlansFlags, printPlans } from '../sweep/print-plans.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import { examples } from '../terminal/output.ts'

/** `reprise launch ...`: a job's server, up and down again. */
export function registerLaunch(program: Command, context: CommandContext): void {
  const launch = program
    .command('launch')
    .description(commandNotes.launch.about)
    .addHelpText(
      'after',
      examples(
        'npx reprise launch plan --config-key dsr1-fp4-b200-sglang --conc 64',
        'npx reprise launch run --job job.json --state runs/launch --detach',
        'npx reprise launch stop --state runs/launch',
      ),
    )
  registerPlan(launch, context)
  registerRun(launch, context)
  registerStop(launch, context)
  registerEval(launch, context)
}

type Registering = (launch: Command, context: CommandContext) => void

const registerPlan: Registering = (launch, { io, setExitCode }) => {
  launch
    .command('plan')
    .description('Print the exact commands that would be run; nothing is started, and no GPU is needed.')
    .option('--job <file>', 'one job of a sweep (JSON); - is stdin')
    .option('--sweep <file>', 'all jobs of a sweep (JSON); - is stdin')
    .option('--config-key <key...>', 'all jobs of these configurations')
    .option('--conc <n...>', 'with --config-key: only these concurrencies', parseIntegers)
    .addOption(
      new Option('--scenario-type <type...>', 'with --config-key: kinds of scenarios').choices([
        'fixed-seq-len',
        'agentic-coding',
      ]),
    )
    .option('--recipe <file>', "recipe instead of the job's own")
    .option('--profile <file>', "runner profile instead of the job's own")
    .option('--json', 'the whole plan as JSON on stdout', false)
    .addHelpText(
      'after',
      examples(
        'npx reprise launch plan --config-key dsr1-fp4-b200-sglang --scenario-type agentic-coding --conc 64',
        'npx reprise launch plan --job job.json --profile runners/local.yaml --json',
        'npx reprise matrix full-sweep --config-files configs/*.yaml --as jobs | npx reprise launch plan --sweep -',
      ),
    )
    .action(async (flags: Partial<PlanFlags> & PlansFlags) => setExitCode(await planJobs(flags, io)))
}

/** @throws UsageError where not one of the three ways of naming jobs is used. */
function planJobs(flags: Partial<PlanFlags> & PlansFlags, io: CommandContext['io']): Promise<number> {
  const { job, sweep, configKey, conc, scenarioType } = flags
  const given = [job, sweep, configKey].filter((each) => each !== undefined)
  if (given.length !== 1) throw new UsageError('say which jobs, in one way: --job, --sweep or --config-key')
  if (configKey === undefined && (conc ?? scenarioType) !== undefined)
    throw new UsageError('--conc and --scenario-type choose among the jobs of --config-key')
  return job === undefined ? told(io, () => printPlans(flags, io)) : plan({ ...flags, job }, io)
}

const registerRun: Registering = (launch, { io, setExitCode }) => {
  jobOptions(launch.command('run'))
    .description('Start the server, wait until it has answered a first request, and hold it until Ctrl-C.')
    .option('--state <folder>', 'for its log and records; default: a new one under runs/')
    .option('--attempt <text>', 'part of the label that all its processes carry; default: drawn')
    .option('--detach', 'return as soon as it answers; the server lives on until launch stop', false)
    .option('--json', 'where it listens as JSON on stdout', false)
    .option('--quiet', 'no progress', false)
    .addHelpText(
      'after',
      examples(
        'npx reprise launch run --job job.json',
        'npx reprise launch run --job job.json --state runs/launch --detach --json',
      ),
    )
    .action(async (flags: RunFlags) => setExitCode(await run(flags, io)))
}

const registerStop: Registering = (launch, { io, setExitCode }) => {
  launch
    .command('stop')
    .description('End the server of a launch and all that carries its label; fine to do twice.')
    .requiredOption('--state <folder>', 'the folder that it was launched with')
    .option('--json', 'how it was found as JSON on stdout', false)
    .addHelpText('after', examples('npx reprise launch stop --state runs/launch'))
    .action(async (flags: StopFlags) => setExitCode(await stop(flags, io)))
}

const registerEval: Registering = (launch, { io, setExitCode }) => {
  launch
    .command('eval')
    .description("Run the evaluation of the job's recipe against a server.")
    .requiredOption('--job <file>', 'one job of a sweep (JSON); - is stdin')
    .option('--recipe <file>', "recipe instead of the job's own")
    .requiredOption('--url <url>', 'where the server listens', parseHttpUrl)
    .option('--model <name>', "name that the server answers to; default: the job's")
    .requiredOption('--out <folder>', 'for eval.json, eval.log and what the evaluation writes')
    .option('--json', 'the outcome as JSON on stdout', false)
    .addHelpText(
      'after',
      examples(
        'npx reprise launch eval --job job.json --url http://127.0.0.1:8000 --model reprise/sim-8b --out runs/eval',
      ),
    )
    .action(async (flags: EvalFlags) => setExitCode(await evaluate(flags, io)))
}

function jobOptions(command: Command): Command {
  return command
    .requiredOption('--job <file>', 'one job of a sweep (JSON); - is stdin')
    .option('--recipe <file>', "recipe instead of the job's own")
    .option('--profile <file>', "runner profile instead of the job's own")
}
