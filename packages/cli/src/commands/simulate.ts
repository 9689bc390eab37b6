import type { EngineConfig } from '@reprise/engine-sim'
import type { Plan } from '@reprise/replay-engine'
import { printable } from '@reprise/safe-text'
import { type Command, Option } from 'commander'
import { type RunLength, renderLengths, runLength } from '../live/run-length.ts'
import { commandNotes } from '../options/command-notes.ts'
import { addFleetOptions, type FleetOptions, withFleet } from '../options/fleet-options.ts'
import { addLoadOptions, addRepeatOption, type LoadOptions } from '../options/load-options.ts'
import { type LoadPoint, nameOfPoint } from '../options/load-point.ts'
import { ourConfigFiles, parseIntegers } from '../options/matrix-options.ts'
import { addOutputOptions, type OutputOptions } from '../options/output-options.ts'
import { parseNumber } from '../options/parse.ts'
import { parseCount } from '../options/parse-count.ts'
import { pathWith } from '../options/path-with.ts'
import { engineHelp, readEngine } from '../options/read-engine.ts'
import type { RunPlaces } from '../options/run-folders.ts'
import type { ToldOptions } from '../options/told-of.ts'
import { addToldOptions } from '../options/told-options.ts'
import { checkRuns } from '../run/check-runs.ts'
import { corpusLoader } from '../run/load-corpus.ts'
import { outlooksOf } from '../run/outlooks.ts'
import type { FinishedRun } from '../run/perform-run.ts'
import { planRun } from '../run/plan-run.ts'
import { removeOthers } from '../run/refuse-mixing.ts'
import { tellRuns } from '../run/report-runs.ts'
import { simulateSweep } from '../run/simulate-sweep.ts'
import { soonerEnd } from '../run/tell-prepared.ts'
import type { ConfiguredEngine, ConfiguredOptions } from '../sweep/configured-engine.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { commandLine } from '../terminal/command-line.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import type { Io } from '../terminal/io.ts'
import { examples } from '../terminal/output.ts'

type Options = LoadOptions &
  OutputOptions &
  ToldOptions &
  FleetOptions &
  ConfiguredOptions & {
    readonly engine?: string
    readonly everyToken: boolean
    readonly jobs?: number
    readonly steps?: string
    readonly reportJson?: string
  }

/** `reprise simulate`: the same plan against the engine model, on virtual time. */
export function registerSimulate(program: Command, { io, setExitCode }: CommandContext): void {
  const command = program.command('simulate').description(commandNotes.simulate.about)
  addFleetOptions(
    addToldOptions(addRepeatOption(addOutputOptions(addLoadOptions(command)))).option(
      '--engine <name|file>',
      engineHelp,
    ),
  )
    .addOption(
      new Option(
        '--config-key <key>',
        'the server of a configuration, by its row and the flags of its recipe; its load too, unless flags say another',
      ).conflicts('engine'),
    )
    .option('--conc <n...>', 'with --config-key: the job of one of these concurrencies', parseIntegers)
    .addOption(
      new Option('--scenario-type <type...>', 'with --config-key: the job of this scenario').choices([
        'fixed-seq-len',
        'agentic-coding',
      ]),
    )
    .option(
      '--row <n>',
      'with --config-key: the nth of the jobs that are left, as matrix test-config numbers them',
      parseCount(1, 100_000),
    )
    .option(
      '--acceptance-length <tokens>',
      'with --config-key: what a verification of drafts yields on average, where no golden length is known or another is meant',
      parseNumber(1, 9),
    )
    .addOption(new Option('--config-files <file...>', 'master files').default(ourConfigFiles).hideHelp())
    .addOption(new Option('--runner-config <file>', 'runner labels').default('configs/runners.yaml').hideHelp())
    .addOption(new Option('--assistant <text>').hideHelp().argParser(refuseLive))
    .option(
      '--jobs <n>',
      'simulate so many runs at once, in threads; default: as many as there are cores, where that is sooner done',
      parseCount(1, 256),
    )
    .option('--every-token', "keep every token's instant in the records", false)
    .option(
      '--steps <file>',
      "every step of the engine as JSON Lines, also .gz, in the form of the real one's log: calibrate engine reads it",
    )
    .option('--report-json <file>', "the figures under the flat keys of Dynamo's replay; of ITL with --every-token")
    .addHelpText(
      'after',
      examples(
        'npx reprise simulate --lanes 8 --passes 1',
        'npx reprise simulate --traces traces/ --lanes 16,32,64 --duration 30m',
        'npx reprise simulate --lanes 16,32 --repeat 3 --label "small cache" --gpus 8 --hardware b200',
        'npx reprise simulate --lanes 64 --workers 4 --router kv:temperature=0.5',
        'npx reprise simulate --engine vllm:model=llama-3.1-70b,gpu=h100,tp=4,precision=fp8 --lanes 16',
        'npx reprise simulate --config-key gptoss-fp4-h100-vllm --scenario-type fixed-seq-len --conc 16',
        'npx reprise simulate --preset fixed-seq-len --isl 1024 --osl 256 --lanes 32 --json',
      ),
    )
    .action(async (options: Options, typed: Command) => setExitCode(await simulate(options, typed, io)))
}

/** For who takes the flags of `replay` over. @throws UsageError */
function refuseLive(text: string): string {
  if (text === 'canned') return text
  throw new UsageError(
    `--assistant ${printable(text, 40)}: a model of an engine says nothing that a prompt could have; leave it out, or start 'reprise serve' and replay on that`,
  )
}

const ofConfigKey = {
  conc: '--conc chooses',
  scenarioType: '--scenario-type chooses',
  row: '--row chooses',
  acceptanceLength: '--acceptance-length is of the drafts of',
} as const satisfies Partial<Record<keyof Options, string>>

async function simulate(given: Options, typed: Command, io: Io): Promise<number> {
  const { configKey } = given
  const lone = Object.entries(ofConfigKey).find(
    ([name]) => configKey === undefined && given[name as keyof Options] !== undefined,
  )
  if (lone) throw new UsageError(`${lone[1]} a job of --config-key KEY; give that too`)
  const configured = configKey === undefined ? undefined : await configuredBy({ ...given, configKey }, typed, io)
  if (configured && !given.quiet) io.stderr.write(`${configured.told}\n`)
  const options: Options = { ...given, ...configured?.load }
  const places = await checkRuns({ ...options, kind: 'simulate' })
  const { points, base } = places
  const engine = withFleet(configured?.engine ?? (await readEngine(options.engine)), options)
  const command = commandLine(io.argv, options)
  const { json, quiet, report } = options
  return tellRuns(
    () => ({ json, quiet, io, command, wanted: points.length, ...(report && { page: { folder: base } }) }),
    (onRun) => simulateRuns(places, { ...options, engine, command }, { io, onRun }),
  )
}

/** Loaded where it is asked for: recipes and master files bring a third of the program along. @throws UsageError, ConfigError */
async function configuredBy(
  options: ConfiguredOptions & { readonly configKey: string },
  typed: Command,
  io: Io,
): Promise<ConfiguredEngine> {
  const { configuredEngine } = await import('../sweep/configured-engine.ts')
  return configuredEngine(options, typed, io)
}

async function simulateRuns(
  places: RunPlaces,
  {
    engine,
    command,
    jobs,
    steps,
    reportJson,
    ...options
  }: Omit<Options, 'engine'> & { readonly engine: EngineConfig; readonly command: string },
  { io, onRun }: { readonly io: Io; readonly onRun: (run: FinishedRun) => void },
): Promise<void> {
  const talk = { ...io, quiet: options.quiet }
  const corpusAt = corpusLoader(options, talk)
  const lengths: RunLength[] = []
  let first: Plan | undefined
  for (const point of places.points) {
    const plan = planRun((await corpusAt(point)).corpus, options, point, engine.scheduler.maxModelLen)
    first ??= plan
    lengths.push(runLength(plan))
  }
  if (!options.quiet) io.stderr.write(`${renderLengths(lengths, { simulated: true, orSooner: soonerEnd(options) })}\n`)
  await removeOthers(places)
  const outlooks = outlooksOf(lengths)
  const sweep = { engine, options, command }
  const fileOf = (path: string, point: LoadPoint) =>
    pathWith(path, places.points.length > 1 ? nameOfPoint(point) : undefined)
  const runs = places.points.map((point, i) => ({
    ...{ point, folder: places.folderOf(point) },
    outlook: outlooks[i]!,
    ...(steps !== undefined && { steps: fileOf(steps, point) }),
    ...(reportJson !== undefined && { reportJson: fileOf(reportJson, point) }),
  }))
  const failures = await simulateSweep(sweep, runs, { corpusAt, jobs, firstPlan: first, talk, onRun })
  if (failures.length > 0) throw failures[0]
}
