/** The least that a proxy of Node does, started over a channel: pipes both ways over kept connections, and looks at nothing. */
import http from 'node:http'
import type { AddressInfo } from 'node:net'

const upstream = new URL(process.argv[2]!)
const agent = new http.Agent({ keepAlive: true })

const server = http.createServer((request, response) => {
  const { method, url, headers } = request
  const outgoing = http.request(
    { host: upstream.hostname, port: upstream.port, method, path: url, headers, agent },
    (reply) => {
      response.writeHead(reply.statusCode!, reply.headers)
      reply.pipe(response)
    },
  )
  outgoing.on('error', () => response.destroy())
  request.pipe(outgoing)
})
server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port))
process.on('disconnect', () => process.exit())
