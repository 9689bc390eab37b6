import { existsSync } from 'node:fs'
import type { SweepPlan } from '@reprise/matrix-generator'
import { defaultPreset } from '@reprise/replay-engine/presets'
import { isHubName, isPattern } from '@reprise/trace'
import { type Command, Option } from 'commander'
import { startSpawnedServer } from '../launch/spawned-server.ts'
import { commandNotes } from '../options/command-notes.ts'
import { ourConfigFiles, parseIntegers } from '../options/matrix-options.ts'
import {
  addMetricsOptions,
  type MetricsOptions,
  metricsOptionNames,
  metricsOptionsOf,
  withMetricsHeaders,
} from '../options/metrics-options.ts'
import { addOutputOptions, type OutputOptions } from '../options/output-options.ts'
import { parseDurationMs, parseDurationS, parseSeed, parseWholeList } from '../options/parse.ts'
import { engineHelp, readEngine } from '../options/read-engine.ts'
import { readJob } from '../options/read-job.ts'
import {
  addReadingOptions,
  type ReadingOptions,
  readingOptionsOf,
  refuseReadingAlone,
  tracesWords,
} from '../options/reading-options.ts'
import { runFolders } from '../options/run-folders.ts'
import { type ToldOptions, toldFlagsOf } from '../options/told-of.ts'
import { addToldOptions } from '../options/told-options.ts'
import { checkRuns } from '../run/check-runs.ts'
import type { FinishedRun } from '../run/perform-run.ts'
import { findRecorded } from '../run/read-recorded.ts'
import { replayEndpoint } from '../run/replay-endpoint.ts'
import { tellRuns } from '../run/report-runs.ts'
import { benchSweep } from '../sweep/bench-sweep.ts'
import { guarded } from '../sweep/guarded.ts'
import { type BenchSelection, planBench } from '../sweep/plan-bench.ts'
import { refuseMissingHosts } from '../sweep/refuse-missing-hosts.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { commandLine } from '../terminal/command-line.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import type { Io } from '../terminal/io.ts'
import { examples } from '../terminal/output.ts'

type Options = OutputOptions &
  ReadingOptions &
  ToldOptions &
  MetricsOptions &
  Omit<BenchSelection, 'configKey'> & {
    readonly configKey?: readonly string[]
    readonly job?: string
    readonly traces?: string
    readonly lanes: readonly number[]
    readonly duration: number
    readonly seed: number
    readonly engine?: string
  }

/** What `bench` fixes so that it ends in about a minute on a laptop. */
const quick = {
  preset: defaultPreset,
  timeScale: 0.05,
  quiesceMs: 500,
  timeout: 60_000,
}

/** `reprise bench`: the whole line on one machine. */
export function registerBench(program: Command, context: CommandContext): void {
  const { io, setExitCode } = context
  const command = program
    .command('bench')
    .description(commandNotes.bench.about)
    .option('--lanes <n,...>', 'lane counts, a run each', parseWholeList(1), [1, 4, 16, 32])
    .addOption(
      new Option('--duration <time>', 'profiling window of each run').argParser(parseDurationMs).default(8_000, '8s'),
    )
    .option('--seed <n>', "whole number, or 'random'", parseSeed, 42)
    .option('--engine <name|file>', engineHelp)
    .option('--config-key <key...>', 'do the jobs of these configurations instead: launch, replay, evaluate, collect')
    .option(
      '--job <file>',
      'do this one job instead, one of those that reprise matrix ... --as jobs prints; - is stdin',
    )
    .option('--conc <n...>', 'with --config-key: only these concurrencies', parseIntegers)
    .addOption(
      new Option('--scenario-type <type...>', 'with --config-key: kinds of scenarios').choices([
        'fixed-seq-len',
        'agentic-coding',
      ]),
    )
    .option('--point <id...>', 'with --config-key: only the jobs of these ids')
    .option(
      '--duration-override <time>',
      'with --config-key: length of every agentic window, instead of what the files say: 1200, 20m',
      parseDurationS,
    )
    .option('--debug-trace', 'with --config-key: keep requests, chunks and token ids of each job', false)
    .option('--traces <path>', `with --config-key: ${tracesWords}; default: a small synthetic corpus`)
    .option('--config-files <file...>', 'master files with those configurations', ourConfigFiles)
    .option('--runner-config <file>', 'runner labels and hardware', 'configs/runners.yaml')
  addReadingOptions(command, 'with --traces: ')
  addMetricsOptions(command)
  addToldOptions(addOutputOptions(command))
    .addHelpText(
      'after',
      examples(
        'npx reprise bench',
        'npx reprise bench --lanes 2,8 --duration 30 --out runs/mine',
        'npx reprise bench --config-key sim-fp8-local-sim --scenario-type agentic-coding --duration-override 10',
      ),
    )
    .action(async (options: Options) => {
      const line = commandLine(io.argv, options)
      if (options.configKey !== undefined || options.job !== undefined) return benchJobs(options, command, context)
      refuse(command, jobOptions, 'is about the jobs of a configuration: add --config-key, or leave it out')
      const run = { ...quick, ...loadOf(options, io), kind: 'bench', command: line }
      const places = await checkRuns(run)
      await readEngine(options.engine)
      const server = await startSpawnedServer({
        args: options.engine === undefined ? [] : ['--engine', options.engine],
      })
      try {
        const { json, quiet, report, lanes } = options
        const telling = {
          json,
          quiet,
          io,
          command: line,
          wanted: lanes.length,
          ...(report && { page: { folder: places.base } }),
        }
        const perform = (onRun: (run: FinishedRun) => void) =>
          replayEndpoint(places, { ...run, url: server.url }, { io, onRun })
        setExitCode(await tellRuns(() => telling, perform))
      } finally {
        await server.stop()
      }
    })
}

const jobOptions = [
  'conc',
  'scenarioType',
  'point',
  'durationOverride',
  'debugTrace',
  'traces',
  'subagentTimes',
  'splitAgents',
  'edges',
  'configFiles',
  'runnerConfig',
]
const embeddedOptions = [
  ...['lanes', 'duration', 'seed', 'engine', 'label', 'hardware', 'gpus', 'pricePerGpuHour'],
  ...metricsOptionNames,
]
const sweepOptions = ['configKey', 'conc', 'scenarioType', 'point', 'durationOverride', 'debugTrace', 'runnerConfig']

/** The jobs of configurations, as a sweep on runners does them. */
async function benchJobs(options: Options, command: Command, context: CommandContext): Promise<void> {
  refuse(
    command,
    embeddedOptions,
    'is of the benchmark without a configuration, which says such things of its jobs itself: leave it out, or --config-key',
  )
  if (options.job !== undefined)
    refuse(command, sweepOptions, 'chooses or changes jobs, and --job is one: leave it out')
  refuseReadingAlone(options)
  await refuseUnreadable(options, context.io)
  const { io, setExitCode, runCommand } = context
  const { configKey = [], overwrite, json, quiet, traces } = options
  return guarded(context, { annotations: false }, async () => {
    const plan =
      options.job === undefined
        ? planBench({ ...options, configKey }, io)
        : ({ schema: 'sweep-plan/1', jobs: [await readJob(options.job)] } satisfies SweepPlan)
    refuseMissingHosts(plan.jobs)
    const out = runFolders({ ...options, kind: 'bench', points: [{}], now: new Date() }).base
    const sweep = {
      ...{ out, overwrite, json, quiet, command: commandLine(io.argv) },
      ...(traces !== undefined && { traces }),
      ...readingOptionsOf(options),
    }
    setExitCode(await benchSweep(plan, sweep, { io, runCommand }))
  })
}

/** Before a server is started for them, which may take many minutes; each job then finds what was read. @throws UsageError, TraceError */
async function refuseUnreadable(options: Pick<Options, 'traces'> & ReadingOptions, io: Io): Promise<void> {
  const { traces } = options
  if (traces === undefined) return
  if (traces === '-')
    throw new UsageError(
      '--traces -: a benchmark reads its traces more than once; write them into a file and name that.',
    )
  if (!isHubName(traces) && !isPattern(traces) && !existsSync(traces))
    throw new UsageError(`--traces ${traces}: no such file or folder; check the path of the traces.`)
  await findRecorded(traces, options, io)
}

function refuse(command: Command, names: readonly string[], why: string): void {
  const given = command.options.find(
    (option) =>
      names.includes(option.attributeName()) && command.getOptionValueSource(option.attributeName()) === 'cli',
  )
  if (given) throw new UsageError(`${given.long} ${why}.`)
}

function loadOf({ lanes, duration, seed, out, overwrite, json, quiet, report, ...options }: Options, { env }: Io) {
  const told = toldFlagsOf(options)
  return {
    ...{ lanes, duration, seed, overwrite, json, quiet, report },
    ...told,
    ...withMetricsHeaders(metricsOptionsOf(options), env),
    ...(out !== undefined && { out }),
  }
}
