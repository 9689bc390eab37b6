/** A server, started over a channel, that replies to every chat with chunks that say when they were written: `chunks` of them, `gapMs` apart. */
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { monotonicMs } from './monotonic.ts'

const [chunks, gapMs] = process.argv.slice(2).map(Number) as [number, number]

// A client that a busy machine holds up is no reason to close its connection.
const server = http.createServer({ keepAliveTimeout: 0 }, (request, response) => {
  request.resume()
  if (request.url === '/tokenize') {
    response.writeHead(404).end()
    return
  }
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    let written = 0
    const write = () => {
      written += 1
      const choices = [{ index: 0, delta: { content: ' word' }, finish_reason: written === chunks ? 'stop' : null }]
      response.write(
        `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', atMs: monotonicMs(), choices })}\n\n`,
      )
      if (written < chunks) return
      clearInterval(timer)
      response.end('data: [DONE]\n\n')
    }
    const timer = setInterval(write, gapMs)
    response.on('close', () => clearInterval(timer))
    write()
  })
})
server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port))
process.on('disconnect', () => process.exit())
