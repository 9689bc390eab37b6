import { availableParallelism } from 'node:os'
import { APIS, type Api, ASSISTANTS, type Assistant, SPREADS, type Spread } from '@reprise/replay-engine/endpoint'
import type { RunOrigin } from '@reprise/result-aggregator/run'
import { readTokenizer } from '@reprise/trace'
import { Command, Option } from 'commander'
import { apiKeyIn } from '../options/api-key.ts'
import { commandNotes } from '../options/command-notes.ts'
import { addLoadOptions, addRepeatOption, type LoadOptions } from '../options/load-options.ts'
import { loadPoints } from '../options/load-point.ts'
import { addMetricsOptions, type MetricsOptions, withMetricsHeaders } from '../options/metrics-options.ts'
import { addOriginOptions, withoutOrigin } from '../options/origin-options.ts'
import { addOutputOptions, type OutputOptions } from '../options/output-options.ts'
import { parseDurationMs, parseNumber, parseWhole } from '../options/parse.ts'
import { parseHttpUrl } from '../options/parse-http-url.ts'
import { parseContent, promptWords } from '../options/prompt-words.ts'
import { proxiesOf, renderProxies } from '../options/proxy-options.ts'
import { repeated } from '../options/refuse-repeats.ts'
import { addExtraOptions, type ExtraOptions, extrasOf } from '../options/request-extras.ts'
import { placesIn, type RunPlaces } from '../options/run-folders.ts'
import { addShardOptions, type ShardOptions } from '../options/shard-options.ts'
import type { ToldOptions } from '../options/told-of.ts'
import { addToldOptions } from '../options/told-options.ts'
import { checkEndpoint } from '../run/check-endpoint.ts'
import { checkRuns } from '../run/check-runs.ts'
import { type EndpointOptions, OUTPUT_LENGTHS, type OutputLength } from '../run/connect-endpoint.ts'
import type { JobOptions } from '../run/job-options.ts'
import { replayEndpoint } from '../run/replay-endpoint.ts'
import { tellRuns } from '../run/report-runs.ts'
import { resumeRuns } from '../run/resume-runs.ts'
import { resumedOptions } from '../run/resumed-options.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { commandLine } from '../terminal/command-line.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import type { Io } from '../terminal/io.ts'
import { examples } from '../terminal/output.ts'

export type ReplayOptions = LoadOptions &
  ShardOptions &
  OutputOptions &
  ToldOptions &
  ExtraOptions &
  MetricsOptions &
  RunOrigin & {
    /** Absent only with `resume`. */
    readonly url?: readonly string[]
    readonly spread: Spread
    readonly api: Api
    readonly processes: number
    readonly resume?: string
    readonly model?: string
    readonly apiKeyEnv?: string
    readonly timeout: number
    readonly keepCache: boolean
    readonly acceptInexact?: boolean
    readonly check?: boolean
    readonly temperature?: number
    readonly content: string
    /** A file. */
    readonly tokenizer?: string
    readonly outputLength: OutputLength
    readonly assistant: Assistant
    readonly proxy?: string
    readonly insecure?: true
    /** A file with one job of a sweep, which decides most of the others. */
    readonly job?: string
    readonly debugTrace?: boolean
    readonly launch?: string
  }

/** `reprise replay`: the live benchmark. */
export function registerReplay(program: Command, { io, setExitCode }: CommandContext): void {
  const command = addReplayOptions(program.command('replay'))
  command
    .description(commandNotes.replay.about)
    .addHelpText(
      'after',
      examples(
        'npx reprise replay --url http://127.0.0.1:8000 --lanes 4 --duration 60',
        'npx reprise replay --url http://gpu:8000 --traces traces/ --lanes 8,16,32 --max-context 131072',
        'npx reprise replay --url http://gpu:8000 --traces traces/ --lanes 8,16,32 --check',
        'npx reprise replay --url http://gpu:8000 --preset fixed-seq-len --isl 8192 --osl 1024 --lanes 64',
        'npx reprise replay --job job.json --url http://gpu:8000 --traces traces/ --out run',
        'npx reprise replay --url http://gpu:8000 --metrics-url http://gpu:8081/metrics --metrics-url http://gpu:9400/metrics',
        'npx reprise replay --url http://gpu:8000 --lanes 8,32 --repeat 3 --label "chunked prefill" --gpus 8 --hardware b200',
        'npx reprise replay --resume runs/replay-2026-11-22-101500',
        'npx reprise replay --url http://gpu:8000 --shard 0/4 --start-at 2026-11-28T20:15:00Z --out runs/large',
      ),
    )
    .action(async (options: ReplayOptions) => {
      setExitCode(await (options.resume === undefined ? begin(command, io) : goOn(options.resume, command, io)))
    })
}

/** Its options alone, for whoever reads the command line of a run. */
export function addReplayOptions(command: Command): Command {
  command
    .option(
      '--url <url>',
      'the endpoint, with or without /v1; given several times: requests are spread over all',
      repeated((text, before: readonly string[] = []) => [...before, parseHttpUrl(text)]),
    )
    .addOption(
      new Option('--api <route>', 'what is asked: /v1/chat/completions, /v1/completions (no roles) or /v1/responses')
        .choices(APIS)
        .default('chat'),
    )
    .addOption(
      new Option('--spread <how>', 'over several endpoints: by session, or each request to the next')
        .choices(SPREADS)
        .default('session'),
    )
  addLoadOptions(command)
  addOutputOptions(command)
  addMetricsOptions(command)
  addExtraOptions(command)
  addShardOptions(command)
  addToldOptions(addRepeatOption(command))
  addOriginOptions(command)
  return command
    .option('--model <id>', 'model to ask for; default: the one that the endpoint serves')
    .option(
      '--proxy <url>',
      "reach the endpoint through this HTTP proxy, or 'none'; default: HTTP_PROXY, HTTPS_PROXY, NO_PROXY",
    )
    .option('--insecure', 'take any certificate: nobody knows who answers')
    .option(
      '--api-key-env <name>',
      'environment variable that holds the API key; default: OPENAI_API_KEY, where the endpoint asks for a key',
    )
    .addOption(
      new Option('--timeout <time>', 'longest time for one request').argParser(parseDurationMs).default(900_000, '15m'),
    )
    .option(
      '--keep-cache',
      "leave the server's prefix cache as it is; default: ask it to forget before each run",
      false,
    )
    .option('--temperature <x>', "default: the server's", parseNumber(0))
    .option('--content <kind>', 'words of prompts: english, code, random, or file:PATH', parseContent, 'english')
    .option(
      '--tokenizer <file>',
      'tokenizer.json of the model: its words make prompts exact where the server has no /tokenize',
    )
    .option(
      '--check',
      'say what the endpoint answers, whether prompts are exact, what that means for the verdict and how long it will take; begin nothing',
    )
    .option('--accept-inexact', 'begin although no prompt is as long for the server as planned: the result is invalid')
    .addOption(
      new Option(
        '--assistant <text>',
        "what prompts have of earlier replies: words as long as recorded, or the server's own",
      )
        .choices(ASSISTANTS)
        .default('canned'),
    )
    .addOption(
      new Option('--output-length <rule>', 'replies are as long as recorded, or end by themselves before that')
        .choices(OUTPUT_LENGTHS)
        .default('recorded'),
    )
    .option(
      '--job <file>',
      'a job of a sweep (- is stdin): lanes, window, lengths, model and identity are its own, where no flag says otherwise',
    )
    .option(
      '--processes <n>',
      "processes that send and read, a lane in one of them: 'auto' is one for each core but one",
      parseProcesses,
      1,
    )
    .option('--debug-trace', "also write debug-trace.jsonl: every request's messages, chunks and token ids; slower")
    .option(
      '--launch <folder>',
      "of the launch that serves: the metrics pages of all its processes, and their log's word on the KV cache",
    )
    .option(
      '--resume <folder>',
      'go on with a run or a sweep that was killed or interrupted, with the options it began with',
    )
}

/** @throws InvalidArgumentError */
function parseProcesses(text: string): number {
  return text === 'auto' ? Math.max(1, availableParallelism() - 1) : parseWhole(1, 256)(text)
}

async function begin(command: Command, io: Io): Promise<number> {
  const options = await decided(command.opts<ReplayOptions>(), command)
  const again = commandLine(withoutOrigin(io.argv), options)
  const places = await checkRuns({ ...options, kind: 'replay' })
  const endpoint = { ...(await withLaunch(await withWords(endpointOf(options, command, io), options))), command: again }
  if (options.check) return checkEndpoint(places, endpoint, io)
  return tellRuns(
    () => closing(options, { io, places, command: again }),
    (onRun) => replayEndpoint(places, endpoint, { io, onRun }),
  )
}

async function goOn(folder: string, given: Command, io: Io): Promise<number> {
  if (given.opts<ReplayOptions>().check) throw new UsageError('--check is of a new run: leave --resume out')
  const fresh = addReplayOptions(new Command(given.name())).exitOverride()
  const resumed = await resumedOptions<ReplayOptions>(folder, { given, fresh })
  const options = await decided(resumed.options, fresh)
  const endpoint = await withLaunch(await withWords(endpointOf(options, given, io), options))
  const places = placesIn(folder, resumed.isSweep ? loadPoints(options) : loadPoints(options).slice(0, 1))
  return tellRuns(
    () => closing(options, { io, places, command: resumed.command }),
    (onRun) => resumeRuns(places, endpoint, { io, onRun }),
  )
}

/** With what the job says that is named; what reads jobs and recipes is loaded for one. */
async function decided({ job, ...options }: ReplayOptions, typed: Command): Promise<Given> {
  if (job === undefined) return options
  const { withJob } = await import('../run/job-options.ts')
  return withJob({ job, ...options }, typed)
}

/** A part of a run has no page of its own: the merged one has. */
function closing(
  { json, quiet, report, shard }: Pick<ReplayOptions, 'json' | 'quiet' | 'report' | 'shard'>,
  { io, places, command }: { readonly io: Io; readonly places: RunPlaces; readonly command: string },
) {
  const { base, points } = places
  return {
    ...{ json, quiet, io, command, wanted: points.length, resumable: base },
    ...(report && !shard && { page: { folder: base } }),
  }
}

type Given = Omit<ReplayOptions, 'job'> & JobOptions
/** The list that comes with the tool needs no telling. */
async function withWords(endpoint: Located, { content, tokenizer }: Given): Promise<Located> {
  return {
    ...endpoint,
    ...(content !== 'english' && { prompts: { content, words: await promptWords(content) } }),
    ...(tokenizer !== undefined && { localTokenizer: await readTokenizer(tokenizer) }),
  }
}

async function withLaunch(endpoint: Located): Promise<Located> {
  const { launch, metrics } = endpoint
  if (launch === undefined || !metrics) return endpoint
  const { readLaunch } = await import('../options/read-launch.ts')
  return { ...endpoint, launched: await readLaunch(launch) }
}

type Located = Omit<Given, 'url'> & EndpointOptions

/** `--url` may be left out with `--resume` alone, which no declaration of an option can say. */
function endpointOf(options: Given, command: Command, io: Io): Located {
  const [url, ...otherUrls] = options.url ?? []
  if (url === undefined) return command.error("error: required option '--url <url>' not specified")
  if (options.debugTrace && options.processes > 1)
    return command.error('error: --debug-trace keeps what one process sees; leave --processes out')
  const apiKey = apiKeyIn(io.env, options.apiKeyEnv)
  const others = otherUrls.length > 0 ? { otherUrls } : {}
  const { proxies, told } = proxiesOf(options.url ?? [], options.proxy, io.env)
  io.stderr.write(renderProxies(told))
  const passage = told.length > 0 ? { proxies, toldProxies: [...told] } : {}
  return {
    ...withMetricsHeaders(options, io.env),
    url,
    ...others,
    ...passage,
    extras: extrasOf(options, io.env),
    ...(apiKey !== undefined && { apiKey }),
  }
}
