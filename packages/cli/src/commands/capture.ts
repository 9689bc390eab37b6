import { type Capture, startCapture } from '@reprise/capture'
import { parseEndpointUrl } from '@reprise/replay-engine/endpoint-url'
import { printable, quoteWord } from '@reprise/safe-text'
import { type Command, Option } from 'commander'
import { renderCaptured, renderProgress, summarize } from '../live/render-capture.ts'
import { apiKeyIn } from '../options/api-key.ts'
import { commandNotes } from '../options/command-notes.ts'
import { dynamoTraceVariables } from '../options/dynamo-trace-variables.ts'
import { parseDurationMs, parseWhole } from '../options/parse.ts'
import { parseTokens } from '../options/parse-tokens.ts'
import { parseToolsAddress, type ToolsAddress } from '../options/parse-tools-address.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { exitCodes, UsageError } from '../terminal/exit-codes.ts'
import { heedInterrupt } from '../terminal/heed-interrupt.ts'
import { examples, several } from '../terminal/output.ts'
import { startProgress } from '../terminal/progress.ts'

interface CaptureFlags {
  readonly upstream: string
  readonly host: string
  readonly port: number
  readonly out?: string
  readonly format: 'dynamo' | 'weka'
  readonly blockSize: number
  readonly hashScope: 'session' | 'global'
  readonly tokenizer?: string
  readonly apiKeyEnv?: string
  readonly flushEvery?: number
  readonly drain: number
  readonly toolsZmq?: ToolsAddress
  readonly toolsTopic?: string
  readonly payloads: boolean
  readonly json: boolean
  readonly quiet: boolean
}

/** `reprise capture`: a proxy in front of an endpoint that records what goes through it. */
export function registerCapture(program: Command, context: CommandContext): void {
  program
    .command('capture')
    .description(commandNotes.capture.about)
    .requiredOption('--upstream <url>', 'the endpoint: http or https, with or without a path')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <n>', 'port to listen on; 0 takes a free one', parseWhole(0, 65_535), 8080)
    .option('--out <folder>', 'a new folder for the trace; default: one under captures/')
    .addOption(
      new Option('--format <format>', 'dynamo: shards of a request trace; weka: those, and at the end also WEKA files')
        .choices(['dynamo', 'weka'])
        .default('dynamo'),
    )
    .option('--block-size <tokens>', 'tokens that a hash stands for', parseTokens(1, 1_000_000), 64)
    .addOption(
      new Option(
        '--hash-scope <scope>',
        'global: equal beginnings are equal everywhere; session: within a session alone',
      )
        .choices(['session', 'global'])
        .default('global'),
    )
    .option(
      '--tokenizer <file>',
      "a tokenizer.json; default: the upstream's /tokenize, else an approximation that is named",
    )
    .option(
      '--api-key-env <name>',
      "environment variable that holds the API key with which the upstream's /tokenize is asked; those of clients are never used",
    )
    .addOption(
      new Option('--flush-every <time>', 'records are on the disk after this; default: 500ms').argParser(
        parseDurationMs,
      ),
    )
    .addOption(
      new Option('--drain <time>', 'at the end, requests that are open may go on for so long')
        .argParser(parseDurationMs)
        .default(10_000, '10s'),
    )
    .option(
      '--tools-zmq <address>',
      "tcp://HOST:PORT, bound for harnesses that push what they tell of their tools, as Dynamo's do; over HTTP they always may",
      parseToolsAddress,
    )
    .option('--tools-topic <topic>', 'of the messages that are read there; default: agent-tool-events')
    .option('--payloads', 'record bodies too: prompts and replies in plain text', false)
    .option('--json', 'the address, and at the end what was captured, as one line of JSON each', false)
    .option('--quiet', 'no progress', false)
    .addHelpText(
      'after',
      examples(
        'npx reprise capture --upstream http://127.0.0.1:8000 --out captures/monday',
        'npx reprise capture --upstream https://api.example.com/v1 --port 9000 --block-size 16 --tokenizer tokenizer.json',
        'npx reprise capture --upstream http://127.0.0.1:8000 --tools-zmq tcp://127.0.0.1:20390',
      ) +
        "\nDynamo's DYN_REQUEST_TRACE_FILE_FORMAT, _FILE_BUFFER_BYTES, _FILE_FLUSH_INTERVAL_MS, _FILE_ROLL_BYTES, _FILE_ROLL_LINES,\n_RECORDS and _TOOL_EVENTS_ZMQ_ENDPOINT, _TOOL_EVENTS_ZMQ_TOPIC are heeded where no flag says otherwise.\n",
    )
    .action((flags: CaptureFlags) => capture(flags, context))
}

async function capture(flags: CaptureFlags, { io, setExitCode, runCommand }: CommandContext): Promise<void> {
  const upstream = upstreamOf(flags)
  const folder = flags.out ?? `captures/${new Date().toISOString().replace(/[:.]/g, '-')}`
  const variables = dynamoTraceVariables(io.env)
  const toolsAt = flags.toolsZmq ?? variables.toolsAddress
  const toolsRefused = new Set<string>()
  const apiKey = apiKeyIn(io.env, flags.apiKeyEnv)
  const refusals = new Map<string, number>()
  let died: Error | undefined
  let running: Capture | undefined
  const progress = startProgress(io, {
    quiet: flags.quiet,
    plain: () => (running ? renderProgress(running) : ''),
    lines: () => (running ? [{ text: renderProgress(running), tone: 'plain' }] : []),
  })
  // What costs records is said whether or not progress is.
  const warn = (text: string) => (flags.quiet ? io.stderr.write(`${text}\n`) : progress.note(text))
  const start = () =>
    startCapture({
      host: flags.host,
      port: flags.port,
      upstream,
      folder,
      packed: variables.packed ?? true,
      rollBytes: variables.rollBytes ?? 268_435_456,
      ...(variables.rollLines !== undefined && { rollLines: variables.rollLines }),
      bufferBytes: variables.bufferBytes ?? 1_048_576,
      flushEveryMs: flags.flushEvery ?? variables.flushEveryMs ?? 500,
      recorder: {
        blockSize: flags.blockSize,
        hashScope: flags.hashScope,
        ...(flags.tokenizer !== undefined && { tokenizerFile: flags.tokenizer }),
        ...(apiKey !== undefined && { apiKey }),
        payloads: flags.payloads || variables.payloads === true,
      },
      ...(toolsAt && {
        toolSocket: { ...toolsAt, topic: flags.toolsTopic ?? variables.toolsTopic ?? 'agent-tool-events' },
      }),
      onToolsRefused: (message) => {
        if (toolsRefused.has(message)) return
        toolsRefused.add(message)
        warn(`${printable(message, 500)}; what it tells of its tools is not recorded`)
      },
      onRefused: (message) => {
        const before = refusals.get(message) ?? 0
        refusals.set(message, before + 1)
        if (before === 0) warn(`${printable(message, 500)} (the client was told so, with status 502)`)
      },
      onDisk: (refusal) =>
        warn(
          refusal === undefined
            ? 'the disk takes records again'
            : `records cannot be written to ${printable(folder, 300)} (${printable(refusal, 40)}); make room: they are held meanwhile, and requests go on`,
        ),
      onDeath: (error) => {
        died = error
        warn(
          `recording has ended by a bug of ours; requests are passed on without it. ${printable(String(error.stack), 2_000)}`,
        )
      },
    })
  try {
    running = await start()
    const { url, toolAddress: tools } = running
    io.stdout.write(
      flags.json
        ? `${JSON.stringify({ url, out: folder, ...(tools !== undefined && { tools }) })}\n`
        : renderStart({ url, tools, upstream: upstream.origin + upstream.prefix, folder }),
    )
    await heedInterrupt(io.signal, stopped, io.cancel)
    const counts = running.counts()
    if (counts.open > 0)
      progress.note(
        `${several(counts.open, 'request is', 'requests are')} open and may go on for ${flags.drain / 1000} s (Ctrl-C again cuts them)`,
      )
    const cut = AbortSignal.any([AbortSignal.timeout(flags.drain), ...(io.cancel ? [io.cancel] : [])])
    const recorded = await running.close(cut)
    const summary = summarize({
      ...{ folder, counts: running.counts(), tools: running.toolCounts(), recorded, refusals },
    })
    progress.end()
    io.stdout.write(flags.json ? `${JSON.stringify(summary)}\n` : renderCaptured(summary))
    if (died || summary.lost.disk > 0) setExitCode(exitCodes.operator)
    if (flags.format === 'weka' && summary.requests > 0) {
      const words = ['trace', 'convert', folder, '--to', 'weka', '--out', `${folder}/weka`]
      const code = await runCommand(words, { ...io, stdout: io.stderr })
      if (code !== 0) setExitCode(code)
    }
  } finally {
    progress.end()
  }
}

/** @throws UsageError, also where the proxy would be its own upstream. */
function upstreamOf({ upstream, host, port }: CaptureFlags): { origin: string; prefix: string } {
  const { origin, root } = parsedUpstream(upstream)
  const { hostname, port: there } = new URL(origin)
  const isHere = hostname === host || ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  if (isHere && there === String(port))
    throw new UsageError(`--upstream is the proxy's own address (port ${port}); name another port with --port`)
  return { origin, prefix: root }
}

function parsedUpstream(upstream: string): ReturnType<typeof parseEndpointUrl> {
  try {
    return parseEndpointUrl(upstream)
  } catch (error) {
    throw new UsageError(`--upstream ${(error as Error).message}`)
  }
}

function renderStart({
  url,
  tools,
  upstream,
  folder,
}: {
  readonly url: string
  readonly tools: string | undefined
  readonly upstream: string
  readonly folder: string
}): string {
  return [
    `capturing on ${url}, in front of ${printable(upstream, 300)}, into ${printable(folder, 300)} (Ctrl-C stops)`,
    'start the agent where one of these is set:',
    `  export OPENAI_BASE_URL=${quoteWord(`${url}/v1`)}`,
    `  export ANTHROPIC_BASE_URL=${quoteWord(url)}`,
    ...(tools === undefined ? [] : [`harnesses push what they tell of their tools to ${tools}`]),
    '',
  ].join('\n')
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
