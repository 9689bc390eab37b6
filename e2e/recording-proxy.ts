import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server before another one, which keeps what is sent to it, but for the prompts that are tried before a run: those are never the same. */
export async function recordingProxy(url: string) {
  const bodies: string[] = []
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    const body = Buffer.concat(pieces).toString('utf8')
    const { 'content-type': type, 'x-request-id': id = '' } = request.headers
    const isTrial = String(id).startsWith('trial')
    if (request.url?.endsWith('/chat/completions') && !isTrial) bodies.push(body)
    const method = request.method ?? 'GET'
    const answer = await fetch(`${url}${request.url}`, {
      method,
      ...(type && { headers: { 'content-type': type }, body }),
    })
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' })
    for await (const piece of answer.body ?? []) response.write(piece)
    response.end()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies, close: () => server.close() }
}
