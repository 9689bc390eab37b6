import { readdirSync, readFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { constants, gunzipSync } from 'node:zlib'
import { type CliOptions, type CliRun, type StartedCli, startCli } from './run-cli.ts'

/** A capture that is on. */
export interface CapturingCli extends StartedCli {
  readonly url: string
  readonly out: string
  /** Where harnesses push what they tell of their tools. */
  readonly tools?: string
  /** Ends it as Ctrl-C does. */
  stop(): Promise<CliRun & { readonly summary: CapturedSummary }>
}

interface CapturedSummary {
  readonly requests: number
  readonly bytes: number
  readonly ends: Readonly<Record<string, number>>
  readonly tools: { readonly accepted: number; readonly rejected: number }
  readonly passedOn: Readonly<Record<string, number>>
  readonly lost: {
    readonly unrecorded: Readonly<Record<string, number>>
    readonly disk: number
    readonly tooLarge: number
  }
  readonly refused: Readonly<Record<string, number>>
}

/** `reprise capture` on a free port. */
export async function captureCli(
  upstream: string,
  out: string,
  args: readonly string[] = [],
  options: CliOptions = {},
): Promise<CapturingCli> {
  const words = ['capture', '--upstream', upstream, '--out', out, '--port', '0', '--json', '--quiet', ...args]
  const started = startCli(words, options)
  const line = await new Promise<string>((resolve, reject) => {
    let text = ''
    started.child.stdout!.on('data', (chunk: string) => {
      text += chunk
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')))
    })
    started.ended.then(({ code, stderr }) => reject(new Error(`ended with ${code}: ${stderr}`)))
  })
  const { url, tools } = JSON.parse(line) as { url: string; tools?: string }
  return {
    ...started,
    ...{ url, out, ...(tools !== undefined && { tools }) },
    stop: async () => {
      started.child.kill('SIGINT')
      const run = await started.ended
      return { ...run, summary: JSON.parse(run.stdout.split('\n')[1]!) as CapturedSummary }
    },
  }
}

/** The requests in the shards of a capture by their ids; of a member that is torn, whole lines. */
export function requestIdsIn(folder: string): string[] {
  return eventsIn(folder).flatMap(({ request }) => (request ? [request.request_id] : []))
}

/** What stands in the shards of a capture. */
export function eventsIn(folder: string): readonly { readonly request?: { readonly request_id: string } }[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl.gz'))
    .sort()
    .flatMap((name) => {
      const text = String(gunzipSync(readFileSync(join(folder, name)), { finishFlush: constants.Z_SYNC_FLUSH }))
      return text.split('\n').slice(0, -1)
    })
    .map((line) => JSON.parse(line).event)
}

/** One request and its reply, as they passed. */
export interface PassedBodies {
  readonly path: string
  readonly request: Buffer
  readonly reply: Buffer
}

export interface RecordingServer {
  readonly url: string
  readonly passed: PassedBodies[]
  close(): Promise<void>
}

/** Hands requests on to another server, and keeps the bodies that pass: for holding what came out of something against what went in. */
export async function recordingServer(target: string): Promise<RecordingServer> {
  const passed: PassedBodies[] = []
  const agent = new http.Agent({ keepAlive: false })
  const server = http.createServer((request, response) => {
    const parts: Record<'request' | 'reply', Buffer[]> = { request: [], reply: [] }
    const { method, headers, url = '' } = request
    const outgoing = http.request(target + url, { method, headers: { ...headers, host: new URL(target).host }, agent })
    request.on('data', (chunk) => parts.request.push(chunk)).pipe(outgoing)
    response.on('close', () => outgoing.destroy())
    outgoing.on('error', () => response.destroy())
    outgoing.on('response', (reply) => {
      response.writeHead(reply.statusCode!, reply.rawHeaders)
      reply.on('data', (chunk) => parts.reply.push(chunk)).pipe(response)
      reply.on('end', () =>
        passed.push({ path: url, request: Buffer.concat(parts.request), reply: Buffer.concat(parts.reply) }),
      )
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed,
    close: async () => {
      server.close()
      server.closeAllConnections()
      agent.destroy()
    },
  }
}
