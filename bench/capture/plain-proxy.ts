/** The least that a proxy of Node does, started over a channel: pipes both ways over kept connections, and looks at nothing. */
import http from 'node:http'
import type { AddressInfo } from 'node:net'

const upstream = new URL(process.argv[2]!)
const agent = new http.Agent({ keepAlive: true })

// A client that a busy machine holds up is no reason to close its connection.
const server = http.createServer({ keepAliveTimeout: 0 }, (request, response) => {
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
