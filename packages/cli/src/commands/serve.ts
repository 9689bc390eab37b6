import {
  type FailureKind,
  type Failures,
  failureKinds,
  type MannerName,
  mannerNameOf,
  mannerNames,
  noTemplateTokens,
  startRouter,
  startServer,
  type TemplateTokens,
} from '@reprise/engine-sim/http'
import { monotonicOriginMs, sleepUntil, WallClock } from '@reprise/replay-engine/clock'
import { printable } from '@reprise/safe-text'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { commandNotes } from '../options/command-notes.ts'
import { addFleetOptions, type FleetOptions, withFleet } from '../options/fleet-options.ts'
import { parseDurationMs, parsePercent, parseSeed, parseWhole } from '../options/parse.ts'
import { parseHttpUrl } from '../options/parse-http-url.ts'
import { parseTemplateTokens } from '../options/parse-template-tokens.ts'
import { engineHelp, readEngine } from '../options/read-engine.ts'
import { repeated } from '../options/refuse-repeats.ts'
import { openRequestLog } from '../options/request-log-file.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { UsageError } from '../terminal/exit-codes.ts'
import type { Io } from '../terminal/io.ts'
import { examples } from '../terminal/output.ts'

interface ServeOptions extends FleetOptions {
  readonly host: string
  readonly port: number
  readonly engine?: string
  readonly manner?: MannerName
  readonly routeTo?: readonly string[]
  readonly keepAlive: number
  readonly templateTokens: TemplateTokens
  readonly tokenizer?: string
  readonly startDelay?: number
  readonly streamInterval: number
  readonly fail?: number
  readonly failKind?: FailureKind
  readonly failSeed?: number
  readonly failStall?: number
  readonly speedup: number
  readonly log?: string
  readonly logTokens: boolean
  readonly enablePerRequestMetrics: boolean
  readonly json: boolean
}

/** `reprise serve`: the engine model as an OpenAI-compatible server, with the manners of its engine. */
export function registerServe(program: Command, { io }: CommandContext): void {
  const command = program
    .command('serve')
    .description(commandNotes.serve.about)
    .option('--host <address>', 'address to listen on', parseHost, '127.0.0.1')
    .option('--port <n>', 'port to listen on; 0 takes a free one', parseWhole(0, 65_535), 8000)
    .option('--engine <name|file>', engineHelp)
    .addOption(
      new Option(
        '--manner <name>',
        'whose paths, replies, errors and metrics it has; default: those of the engine',
      ).choices(mannerNames),
    )
  addFleetOptions(command)
    .addOption(
      new Option(
        '--route-to <url>',
        'instead of an engine: hand requests on to these servers, in turn; may be given again',
      )
        .argParser(repeated((url, others: readonly string[] = []) => [...others, parseHttpUrl(url)]))
        .conflicts([
          ...['engine', 'dataParallelSize', 'workers', 'router', 'prefillWorkers', 'decodeWorkers', 'decodeRouter'],
          ...['kvTransfer', 'manner', 'tokenizer', 'templateTokens', 'startDelay', 'streamInterval', 'fail', 'speedup'],
          ...['log', 'logTokens', 'enablePerRequestMetrics'],
        ]),
    )
    .addOption(
      new Option('--keep-alive <time>', 'idle connections are closed after this')
        .argParser(parseDurationMs)
        .default(5_000, '5s'),
    )
    .addOption(
      new Option(
        '--template-tokens <head[,tail[,opening]]>',
        'tokens that the chat template adds before and behind the words of each message, and to open the reply',
      )
        .argParser(parseTemplateTokens)
        .default(noTemplateTokens, '0'),
    )
    .option(
      '--tokenizer <file>',
      "a model's tokenizer.json: prompts are cut into its tokens, and the text is made of its words",
    )
    .option(
      '--start-delay <time>',
      'nobody listens before this has passed, as while weights are loaded',
      parseDurationMs,
    )
    .addOption(
      new Option(
        '--stream-interval <n>',
        'tokens of a stream that are sent together, but for its first and its last ones, as the flag of the engines says',
      )
        .argParser(parseWhole(1))
        .default(1),
    )
    .option('--fail <share>', 'of the requests for a reply, the share that fails on purpose: 1%', parseShare)
    .addOption(
      new Option(
        '--fail-kind <kind>',
        'error (the default): status 500; cut: the connection ends after the first tokens; stall: nothing comes behind them',
      ).choices(failureKinds),
    )
    .option('--fail-stall <time>', 'a stalled reply goes on after this; default: never', parseDurationMs)
    .option('--fail-seed <n>', 'draws which requests fail; 0 unless given', parseSeed)
    .addOption(
      new Option('--speedup <n>', "the model's time runs so many times as fast")
        .argParser(parseSpeedup)
        .default(1, '1'),
    )
    .option('--log <file>', "write each request's true instants as JSON Lines")
    .option('--log-tokens', 'with the instants of every token and of the write that carried it', false)
    .option(
      '--enable-per-request-metrics',
      "as vLLM's, and in its manner alone: replies tell when their tokens were made",
      false,
    )
    .option('--json', 'say the address as one JSON line', false)
    .addHelpText(
      'after',
      examples(
        'npx reprise serve',
        'npx reprise serve --engine sglang --stream-interval 10',
        'npx reprise serve --port 9000 --engine small.json --log requests.jsonl',
        'npx reprise serve --workers 4 --router session-affinity',
        'npx reprise serve --tokenizer tokenizer.json --speedup 10',
        'npx reprise serve --port 9002 --route-to http://127.0.0.1:9000 --route-to http://127.0.0.1:9001',
      ),
    )
    .action((options: ServeOptions) => serve(options, io))
}

/** The system takes an empty one for every address that it has, which nobody means. */
function parseHost(text: string): string {
  if (text.trim() === '')
    throw new InvalidArgumentError('Write an address of this machine, or 0.0.0.0 for all of them.')
  return text
}

function parseSpeedup(text: string): number {
  const times = text.trim() === '' ? Number.NaN : Number(text)
  if (!(times > 0 && Number.isFinite(times))) throw new InvalidArgumentError('Write a number above 0: 10, or 0.5.')
  return times
}

function parseShare(text: string): number {
  const percent = parsePercent(text)
  if (percent > 100) throw new InvalidArgumentError('Write a share from 0% to 100%.')
  return percent / 100
}

/** @throws UsageError where a flag says how requests fail and none says that they do. */
function failuresOf({ fail, failKind, failSeed, failStall }: ServeOptions): Failures | undefined {
  if (failStall !== undefined && failKind !== 'stall')
    throw new UsageError('--fail-stall says how long stalls take: add --fail-kind stall, or leave it out')
  if (fail !== undefined) {
    const stallMs = failStall === undefined ? {} : { stallMs: failStall }
    return { kind: failKind ?? 'error', share: fail, seed: failSeed ?? 0, ...stallMs }
  }
  if (failKind !== undefined || failSeed !== undefined)
    throw new UsageError(
      '--fail-kind and --fail-seed say how requests fail: say how many with --fail 1%, or leave them out',
    )
  return undefined
}

async function serve(options: ServeOptions, io: Io): Promise<void> {
  if (options.logTokens && options.log === undefined)
    throw new UsageError('--log-tokens adds to the lines of --log: name that file too, or leave it out')
  const failures = failuresOf(options)
  if (options.routeTo) return serveRouter(options, options.routeTo, io)
  const engine = withFleet(await readEngine(options.engine), options)
  if (options.enablePerRequestMetrics && mannerNameOf(engine, options.manner) !== 'vllm')
    throw new UsageError(
      "--enable-per-request-metrics is vLLM's, and this server has the manner of SGLang: add --manner vllm, or leave it out",
    )
  const tokenizer = options.tokenizer === undefined ? undefined : await wholeTokenizer(options.tokenizer)
  const log = options.log === undefined ? undefined : await openRequestLog(options.log)
  if (options.startDelay !== undefined && !(await hasPassed(options.startDelay, io.signal))) return log?.close()
  const server = await startServer({
    engine,
    ...(options.manner && { manner: options.manner }),
    host: options.host,
    port: options.port,
    keepAliveMs: options.keepAlive,
    templateTokens: options.templateTokens,
    streamInterval: options.streamInterval,
    keepTokenInstants: options.logTokens,
    tellsTimes: options.enablePerRequestMetrics,
    ...(failures && { failures }),
    speedup: options.speedup,
    ...(tokenizer && { tokenizer }),
    ...(log && { requestLog: (entry: object) => log.add(entry) }),
    onError: (error, request) => io.stderr.write(renderBug(error, request)),
  })
  io.stdout.write(
    options.json
      ? `${JSON.stringify({ url: server.url, manner: server.manner, monotonicOriginMs: monotonicOriginMs(server.clock) })}\n`
      : `serving on ${server.url} in the manner of ${server.manner} (Ctrl-C stops)\n`,
  )
  try {
    await Promise.race([stopped(io.signal), ...(log ? [log.failed] : [])])
  } finally {
    await server.close()
  }
  await log?.close()
}

/** Of a file all tokens are known, which is not so of an approximation. */
async function wholeTokenizer(file: string) {
  const { readTokenizer } = await import('@reprise/trace')
  const { tokenize, tokens } = await readTokenizer(file)
  return { tokenize, ...tokens! }
}

async function serveRouter({ host, port, json }: ServeOptions, targets: readonly string[], io: Io): Promise<void> {
  const router = await startRouter({ host, port, targets })
  const told = `routing on ${router.url} to ${targets.map((each) => printable(each, 200)).join(', ')} (Ctrl-C stops)`
  io.stdout.write(`${json ? JSON.stringify({ url: router.url }) : told}\n`)
  await stopped(io.signal)
  await router.close()
}

/** False where the signal came first. */
async function hasPassed(ms: number, signal: AbortSignal): Promise<boolean> {
  const clock = new WallClock()
  try {
    await sleepUntil(clock, clock.now() + ms, signal)
    return true
  } catch (error) {
    if (!signal.aborted) throw error
    return false
  }
}

/** The server lives on: others may be measuring with it. */
function renderBug(error: unknown, request: string): string {
  const stack = error instanceof Error ? error.stack : String(error)
  return `reprise: a bug of ours while answering ${printable(request, 200)}; the server goes on. ${stack}\n`
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
