import type { ServerResponse } from 'node:http'
import { type StandInOptions, type StandInServer, startStandInServer } from '../stand-in-server.ts'
import type { FaultStep } from './fault.ts'

export interface FaultyServer extends StandInServer {
  /** Chat requests that were answered by a fault. */
  faulty(): number
}

/**
 * A stand-in server that has faults.
 *
 * @param stepsFor what to do with the nth chat request, counted from 0; undefined: answer as one should.
 */
export async function startFaultyServer(
  stepsFor: (request: number) => readonly FaultStep[] | undefined,
  options: Omit<StandInOptions, 'answer'> = {},
): Promise<FaultyServer> {
  let requests = 0
  let faulty = 0
  const server: StandInServer = await startStandInServer({
    ...options,
    answer: (_, response) => {
      const steps = stepsFor(requests)
      requests += 1
      if (!steps) return false
      faulty += 1
      void play(steps, response, () => void server.close())
      return true
    },
  })
  return { ...server, faulty: () => faulty }
}

async function play(steps: readonly FaultStep[], response: ServerResponse, die: () => void): Promise<void> {
  for (const step of steps) {
    if (response.destroyed) return
    switch (step.do) {
      case 'head':
        response.writeHead(step.status ?? 200, { 'content-type': 'text/event-stream', ...step.headers })
        response.flushHeaders()
        break
      case 'write':
        await write(step, response)
        break
      case 'raw':
        response.socket?.write(step.text)
        break
      case 'wait':
        await pause(step.ms)
        break
      case 'end':
        response.end()
        break
      case 'reset':
        response.socket?.resetAndDestroy()
        break
      case 'die':
        die()
        break
    }
  }
}

async function write({ text, bytesPerWrite }: FaultStep & { do: 'write' }, response: ServerResponse): Promise<void> {
  const bytes = Buffer.from(text)
  const size = bytesPerWrite ?? bytes.length
  for (let at = 0; at < bytes.length; at += size) {
    response.write(bytes.subarray(at, at + size))
    // Written at once, pieces would be read at once.
    if (bytesPerWrite !== undefined) await pause(1)
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
