import { availableParallelism } from 'node:os'
import type { Command } from 'commander'
import { type Calibration, medianPoint, trustedStreams } from '../calibrate/calibration.ts'
import { measureClient } from '../calibrate/measure-client.ts'
import { renderCalibration } from '../calibrate/render-calibration.ts'
import { commandNotes } from '../options/command-notes.ts'
import { parseDurationMs, parseMilliseconds, parseNumber, parseWhole, parseWholeList } from '../options/parse.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { exitCodes } from '../terminal/exit-codes.ts'
import { interruptedExitCode } from '../terminal/interrupts.ts'
import type { Io } from '../terminal/io.ts'
import { examples, writeJson } from '../terminal/output.ts'
import { registerCalibrateEngine } from './calibrate-engine.ts'

interface ClientOptions {
  readonly streams: readonly number[]
  readonly rate: number
  readonly duration: number
  readonly rounds: number
  readonly limit: number
  readonly json: boolean
  readonly quiet: boolean
}

/** `reprise calibrate ...`: how far our own instruments can be trusted. */
export function registerCalibrate(program: Command, context: CommandContext): void {
  const { io, setExitCode } = context
  const calibrate = program.command('calibrate').description(commandNotes.calibrate.about)
  calibrate
    .command('client')
    .description(
      "The client's own error on this machine, against a paced server that tells its true instants, at rising stream counts.",
    )
    .option('--streams <list>', 'replies at the same time', parseWholeList(1), [8, 64, 250, 500])
    .option('--rate <tokens/s>', 'pace of each stream', parseNumber(1, 1_000), 20)
    .option('--duration <time>', 'measured time of each round', parseDurationMs, 3_000)
    .option('--rounds <n>', 'rounds for each count, of which the medians are told', parseWhole(1), 3)
    .option('--limit <ms>', 'the error at p99 up to which the client is trusted', parseMilliseconds, 6)
    .option('--json', 'the calibration as JSON on stdout', false)
    .option('--quiet', 'no progress', false)
    .addHelpText(
      'after',
      examples('npx reprise calibrate client', 'npx reprise calibrate client --streams 32,128 --rate 50 --json'),
    )
    .action(async (options: ClientOptions) => setExitCode(await calibrateClient(options, io)))
  registerCalibrateEngine(calibrate, context)
}

async function calibrateClient(options: ClientOptions, io: Io): Promise<number> {
  const { streams: counts, rate, duration: durationMs, rounds, limit: limitMs } = options
  const points = []
  for (const streams of counts.toSorted((a, b) => a - b)) {
    const measured = []
    for (let round = 1; round <= rounds && !io.signal.aborted; round += 1) {
      if (!options.quiet) io.stderr.write(`${streams} streams, round ${round} of ${rounds}\n`)
      const point = await measureClient({ streams, stepMs: 1e3 / rate, durationMs, signal: io.signal })
      if (!io.signal.aborted) measured.push(point)
    }
    if (measured.length > 0) points.push(medianPoint(measured, { limitMs, tokensPerS: rate }))
  }
  const trusted = trustedStreams(points)
  const calibration: Calibration = {
    schema: 'client-calibration/1',
    node: process.versions.node,
    cpus: availableParallelism(),
    tokensPerSPerStream: rate,
    rounds,
    limitMs,
    points,
    ...(trusted !== undefined && { trustedStreams: trusted }),
  }
  if (options.json) writeJson(io, calibration)
  else io.stdout.write(renderCalibration(calibration))
  return io.signal.aborted ? interruptedExitCode(io.signal) : exitCodes.done
}
