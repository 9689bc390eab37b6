import { createWriteStream } from 'node:fs'
import { noOverhead, startServer, type TemplateOverhead } from '@reprise/engine-sim/http'
import { monotonicOriginMs } from '@reprise/replay-engine'
import { type Command, Option } from 'commander'
import type { Io } from '../io.ts'
import { parseDurationMs, parseWhole } from '../options/parse.ts'
import { parseTemplateTokens } from '../options/parse-template-tokens.ts'
import { readEngine } from '../options/read-engine.ts'
import { examples } from '../output.ts'

interface ServeOptions {
  readonly host: string
  readonly port: number
  readonly engine?: string
  readonly keepAlive: number
  readonly templateTokens: TemplateOverhead
  readonly log?: string
  readonly logTokens: boolean
  readonly json: boolean
}

/** `reprise serve`: the engine model as an OpenAI-compatible server. */
export function registerServe(program: Command, io: Io): void {
  program
    .command('serve')
    .description(
      "Serve the engine model over HTTP with vLLM's manners: chat and text completions, /tokenize, /metrics.",
    )
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <n>', 'port to listen on; 0 takes a free one', parseWhole(0), 8000)
    .option('--engine <file>', 'engine description (JSON); default: the embedded engine')
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
        .default(noOverhead, '0'),
    )
    .option('--log <file>', "write each request's true instants as JSON Lines")
    .option('--log-tokens', 'with the instants of every token and of the write that carried it', false)
    .option('--json', 'say the address as one JSON line', false)
    .addHelpText(
      'after',
      examples('npx reprise serve', 'npx reprise serve --port 9000 --engine small.json --log requests.jsonl'),
    )
    .action((options: ServeOptions) => serve(options, io))
}

async function serve(options: ServeOptions, io: Io): Promise<void> {
  const log = options.log === undefined ? undefined : createWriteStream(options.log)
  const server = await startServer({
    engine: await readEngine(options.engine),
    host: options.host,
    port: options.port,
    keepAliveMs: options.keepAlive,
    templateOverhead: options.templateTokens,
    keepTokenInstants: options.logTokens,
    ...(log && { requestLog: (entry: object) => log.write(`${JSON.stringify(entry)}\n`) }),
  })
  io.stdout.write(
    options.json
      ? `${JSON.stringify({ url: server.url, monotonicOriginMs: monotonicOriginMs(server.clock) })}\n`
      : `serving on ${server.url} (Ctrl-C stops)\n`,
  )
  await stopped(io.signal)
  await server.close()
  if (log) await new Promise<void>((resolve) => log.end(resolve))
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
