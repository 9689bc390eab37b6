import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { serveCli } from '../run-cli.ts'

/** A streamed chat request, as it came. */
export interface RecordedRequest {
  readonly headers: IncomingHttpHeaders
  readonly messages: readonly { readonly role: string; readonly content: string }[]
  readonly maxTokens: number
  readonly ignoresEos: boolean
  /** When it had come whole, and when its reply had gone; absent until then. */
  readonly arrivedMs: number
  repliedMs?: number
  /** As the server counted it; absent until it has. */
  promptTokens?: number
}

export interface RecordingServer {
  readonly url: string
  /** In order of arrival. */
  readonly requests: readonly RecordedRequest[]
  stop(): Promise<void>
}

/** Our own server, with one before it that writes down what is asked of it. */
export async function recordingServer(): Promise<RecordingServer> {
  const behind = await serveCli()
  const requests: RecordedRequest[] = []
  const server = createServer((asked, reply) => void handOn(asked, reply, behind.url, requests))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async stop() {
      server.closeAllConnections()
      server.close()
      await behind.stop()
    },
  }
}

async function handOn(asked: IncomingMessage, reply: ServerResponse, to: string, requests: RecordedRequest[]) {
  const { method, headers, url } = asked
  const body = await buffer(asked)
  const seen = url === '/v1/chat/completions' ? recorded(headers, body) : undefined
  if (seen) requests.push(seen)
  const ahead = request(new URL(url!, to), { method, headers: { ...headers, host: new URL(to).host } })
  // Who was cut off says so himself.
  ahead.on('error', () => reply.destroy())
  reply.on('close', () => ahead.destroy())
  ahead.on('response', (answer) => {
    let tail = ''
    reply.writeHead(answer.statusCode!, answer.headers)
    answer.setEncoding('utf8').on('data', (chunk: string) => {
      tail = (tail + chunk).slice(-2_000)
      reply.write(chunk)
    })
    answer.on('end', () => {
      reply.end()
      const counted = /"prompt_tokens":(\d+)/.exec(tail)
      if (seen)
        Object.assign(seen, { repliedMs: performance.now(), ...(counted && { promptTokens: Number(counted[1]) }) })
    })
  })
  ahead.end(body)
}

function recorded(headers: IncomingHttpHeaders, body: Buffer): RecordedRequest | undefined {
  const { stream, messages, max_tokens, max_completion_tokens, ignore_eos } = JSON.parse(body.toString())
  if (stream !== true) return undefined
  const maxTokens = max_tokens ?? max_completion_tokens
  return { headers, messages, maxTokens, ignoresEos: ignore_eos === true, arrivedMs: performance.now() }
}
