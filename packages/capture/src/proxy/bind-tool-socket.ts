import { once } from 'node:events'
import net, { type AddressInfo, type Socket } from 'node:net'
import type { ToolEvents } from '../tools/parse-tool-events.ts'
import { parseToolMessage } from '../tools/parse-tool-message.ts'
import { ZmtpError, ZmtpPull } from '../zmtp/zmtp-pull.ts'
import { listenError } from './listen-error.ts'

export interface ToolSocketOptions {
  readonly host: string
  /** 0: a free one. */
  readonly port: number
  /** Of the messages that are read; others are rejected. */
  readonly topic: string
  readonly onTools: (told: ToolEvents) => void
  /** A peer whose messages cannot be read, in words. */
  readonly onRefused: (message: string) => void
}

export interface ToolSocket {
  /** As harnesses are given it. */
  readonly address: string
  close(): Promise<void>
}

/** So long a peer may take to say who it is. */
const handshakeMs = 30_000
const maxConnections = 1_000

/**
 * Binds a ZeroMQ socket that pulls, as Dynamo's frontend does: harnesses connect theirs that push, and tell of their tools.
 *
 * @throws ListenError
 */
export async function bindToolSocket(options: ToolSocketOptions): Promise<ToolSocket> {
  const { host, port } = options
  const sockets = new Set<Socket>()
  const server = net.createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    pull(socket, options)
  })
  server.maxConnections = maxConnections
  server.listen(port, host)
  await once(server, 'listening').catch((error) => {
    throw listenError(error, { host, port, flags: ['--tools-zmq', '--tools-zmq'] })
  })
  server.on('error', () => {})
  const { port: taken } = server.address() as AddressInfo
  return {
    address: `tcp://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

function pull(socket: Socket, { topic, onTools, onRefused }: ToolSocketOptions): void {
  const peer = new ZmtpPull()
  socket.on('error', () => {})
  socket.setTimeout(handshakeMs, () => socket.destroy())
  socket.write(peer.greeting)
  socket.on('data', (piece: Buffer) => {
    try {
      const { messages, answer } = peer.read(piece)
      if (answer.length > 0) socket.write(answer)
      if (peer.isReady) socket.setTimeout(0)
      for (const frames of messages) onTools(parseToolMessage(frames, topic))
    } catch (error) {
      socket.destroy()
      if (!(error instanceof ZmtpError)) throw error
      onRefused(`a peer of the socket for tools ${error.message}`)
    }
  })
}
