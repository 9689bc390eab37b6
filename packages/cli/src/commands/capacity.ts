import { defaultPreset } from '@reprise/replay-engine/presets'
import { writeReport } from '@reprise/result-aggregator'
import type { Objective } from '@reprise/result-aggregator/run'
import { quoteWord } from '@reprise/safe-text'
import { type Command, Option } from 'commander'
import { saveCapacity, takeFolder } from '../capacity/capacity-folder.ts'
import { capacityStory } from '../capacity/capacity-story.ts'
import { pointOf } from '../capacity/point.ts'
import { type CapacityQuestion, renderCapacity, renderPoint } from '../capacity/render-capacity.ts'
import { type RunPlace, runPoint } from '../capacity/run-point.ts'
import { LEAST_RATE, type RunOptions, rangeOf, runWords, startOf } from '../capacity/run-words.ts'
import { exitCodeOfFound, type SearchLimits, searchCapacity } from '../capacity/search-capacity.ts'
import { renderCost, type SearchCost, searchCost } from '../capacity/search-cost.ts'
import { sizeLadder } from '../capacity/size-ladder.ts'
import { commandNotes } from '../options/command-notes.ts'
import { addOutputOptions, type OutputOptions } from '../options/output-options.ts'
import { parseDurationMs, parseNumber, parsePositive, parseSeed, parseWhole } from '../options/parse.ts'
import { parseObjectives } from '../options/parse-objectives.ts'
import { parseRange } from '../options/parse-range.ts'
import { repeated } from '../options/refuse-repeats.ts'
import { runFolders } from '../options/run-folders.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { commandLine } from '../terminal/command-line.ts'
import { heedInterrupt } from '../terminal/heed-interrupt.ts'
import { interruptedExitCode } from '../terminal/interrupts.ts'
import { examples, writeJson } from '../terminal/output.ts'

interface Options extends OutputOptions, RunOptions {
  readonly slo: readonly Objective[]
  readonly resolution: number
  readonly maxRepeats: number
  readonly maxRuns: number
  /** Milliseconds. */
  readonly maxTime?: number
}

/** `reprise capacity`: how many agents a server holds. */
export function registerCapacity(program: Command, context: CommandContext): void {
  const command = addOutputOptions(program.command('capacity'))
  command
    .description(commandNotes.capacity.about)
    .allowUnknownOption()
    .argument('[options...]', 'every other option of simulate, or with --url of replay: it goes to each run')
    .requiredOption(
      '--slo <bounds>',
      'what has to be kept: ttft_p90=15s,tpot_p50=33ms,interactivity_p90=20',
      parseObjectives,
    )
    .option(
      '--url <url>',
      'a server; may be given several times; default: the engine model, simulated',
      repeated((text, before: readonly string[] = []) => [...before, text]),
    )
    .option('--traces <path>', 'as of replay; default: a small synthetic corpus')
    .option('--preset <name>', 'rules of the replay', defaultPreset)
    .option('--duration <time>', 'window of each run; default: as the preset says', parseDurationMs)
    .option('--lanes <from-to>', 'lanes to look among; default: 1-1024', (text) =>
      parseRange(text, { least: 1, parse: parseWhole(1, MOST_LANES) }),
    )
    .option('--rate <from-to>', 'of a preset with a rate: sessions a second to look among; default: 0.01-100', (text) =>
      parseRange(text, { least: LEAST_RATE, parse: parsePositive }),
    )
    .option(
      '--resolution <share>',
      'steps between sizes: 0.05 is five percent, of lanes one at least',
      parseNumber(0.001, 1),
      0.05,
    )
    .option('--max-repeats <n>', 'runs with other seeds at a size that one run does not tell of', parseWhole(1, 100), 5)
    .option('--max-runs <n>', 'make no more runs than that', parseWhole(1), 40)
    .option('--max-time <time>', 'begin no run that would end later than that, by the clock: 90m, 8h', parseDurationMs)
    .addOption(
      new Option('--seed <n>', "of the first run at each size; whole number, or 'random'")
        .argParser(parseSeed)
        .default(42),
    )
    .addHelpText(
      'after',
      examples(
        'npx reprise capacity --slo ttft_p90=2s --traces traces/ --duration 30m',
        'npx reprise capacity --slo ttft_p90=15s,tpot_p50=33ms --url http://gpu:8000 --traces traces/ --lanes 8-512 --max-time 8h',
        'npx reprise capacity --slo co_ttft_p90=2s --preset rate --traces traces/ --rate 0.01-10',
      ),
    )
    .action(async (rest: string[], options: Options) => context.setExitCode(await capacity(options, rest, context)))
}

const MOST_LANES = 1_000_000

async function capacity(options: Options, rest: readonly string[], context: CommandContext): Promise<number> {
  const { io } = context
  const { slo: objectives, resolution, seed, quiet } = options
  const [runs, range] = [runWords(options, rest), rangeOf(options)]
  const question: CapacityQuestion = { objectives, range, resolution }
  const command = commandLine(io.argv, options)
  const folder = runFolders({ ...options, kind: 'capacity', points: [{}], now: new Date() }).base
  await takeFolder(folder, runs, options)
  const say = (text: string) => {
    if (!quiet) io.stderr.write(`${text}\n`)
  }
  const ladder = sizeLadder(range, resolution)
  const start = startOf(ladder, range)
  const cost = searchCost({ ...options, ladder, start, objectives })
  say(renderCost(cost))
  const startMs = performance.now()
  // A simulation that tells how far each of its runs is would tell little else.
  const place: RunPlace = {
    ...{ ...options, folder, runs, objectives, unit: range.unit, quiet: quiet || options.url === undefined },
    onRun: ({ size, seed: own, number }) =>
      say(`run ${number} of at most ${cost.runs.most}: ${range.unit} ${size}, seed ${own}`),
  }
  const found = await heedInterrupt(
    io.signal,
    (signal) =>
      searchCapacity({
        ...{ ladder, start, seed, signal },
        limits: limitsOf(options, cost),
        pointOf: (size, of) => pointOf(size, of, { objectives, maxRepeats: options.maxRepeats }),
        measure: (run) => runPoint(run, place, { ...context, io: { ...io, signal } }),
        elapsedMs: () => performance.now() - startMs,
        onPoint: (point) => {
          if (!point.open || point.runs.length === 1) say(renderPoint(point, question))
        },
      }),
    io.cancel,
  )
  const value = { schema: 'capacity/1', ...question, runs, cost, ...found, command }
  const path = await saveCapacity(folder, value)
  const page = { capacity: capacityStory(found, question) }
  const report = found.points.length === 0 || !options.report ? undefined : (await writeReport([folder], page)).path
  if (options.json) writeJson(io, value)
  else {
    const goOn = `go on: ${options.out === undefined ? `${command} --out ${quoteWord(folder)}` : command}`
    const lines = [
      path,
      ...(report === undefined ? [] : [`report: ${report}`]),
      '',
      found.ended === 'found' ? `again: ${command}` : goOn,
    ]
    io.stdout.write(`${renderCapacity(found, question)}\n\n${lines.join('\n')}\n`)
  }
  return found.ended === 'interrupted' ? interruptedExitCode(io.signal) : exitCodeOfFound(found)
}

function limitsOf({ maxRuns, maxTime, url }: Options, { windowMs = 0 }: SearchCost): SearchLimits {
  return {
    maxRuns,
    ...(maxTime !== undefined && { maxMs: maxTime }),
    runMs: url === undefined ? 0 : windowMs,
  }
}
