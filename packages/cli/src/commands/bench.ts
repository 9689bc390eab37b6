import { dirname } from 'node:path'
import { writeReport } from '@reprise/result-aggregator'
import { type Command, Option } from 'commander'
import type { Io } from '../io.ts'
import { addOutputOptions, type OutputOptions } from '../options/output-options.ts'
import { parseDurationMs, parseSeed, parseWholeList } from '../options/parse.ts'
import { examples } from '../output.ts'
import { commandLine } from '../run/command-line.ts'
import { replayEndpoint } from '../run/replay-endpoint.ts'
import { reportRuns } from '../run/report-runs.ts'
import { startSpawnedServer } from '../run/spawned-server.ts'

type Options = OutputOptions & {
  readonly lanes: readonly number[]
  readonly duration: number
  readonly seed: number
  readonly engine?: string
}

/** What `bench` fixes so that it ends in about a minute on a laptop. */
const quick = {
  preset: 'agentx-v0.1',
  timeScale: 0.05,
  quiesceMs: 500,
  timeout: 60_000,
}

/** `reprise bench`: the whole line on one machine. */
export function registerBench(program: Command, io: Io, setExitCode: (code: number) => void): void {
  const command = program
    .command('bench')
    .description(
      'The whole benchmark on this machine: the embedded engine behind HTTP, a small synthetic corpus, a few lane counts.',
    )
    .option('--lanes <n,...>', 'lane counts, a run each', parseWholeList(1), [1, 4, 16, 32])
    .addOption(
      new Option('--duration <time>', 'profiling window of each run').argParser(parseDurationMs).default(8_000, '8s'),
    )
    .option('--seed <n>', "whole number, or 'random'", parseSeed, 42)
    .option('--engine <file>', 'engine description (JSON); default: the embedded engine')
  addOutputOptions(command)
    .addHelpText('after', examples('npx reprise bench', 'npx reprise bench --lanes 2,8 --duration 30 --out runs/mine'))
    .action(async (options: Options) => {
      const line = commandLine(io.argv, options)
      const server = await startSpawnedServer({
        args: options.engine === undefined ? [] : ['--engine', options.engine],
      })
      try {
        const runs = await replayEndpoint({ ...quick, ...options, url: server.url, kind: 'bench', command: line }, io)
        setExitCode(reportRuns(runs, { json: options.json, io, command: line }))
        if (runs.length > 0) {
          const { path } = await writeReport(runs.map((run) => dirname(run.path)))
          io[options.json ? 'stderr' : 'stdout'].write(`report: ${path}\n`)
        }
      } finally {
        await server.stop()
      }
    })
}
