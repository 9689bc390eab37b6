import type { IncomingMessage, ServerResponse } from 'node:http'
import { parseJson } from '@reprise/wire'
import { parseToolEvents, type ToolEvents } from '../tools/parse-tool-events.ts'

/** Where harnesses tell of their tools; no upstream has it. */
export const toolEventsPath = '/reprise/tool-events'

const maxBytes = 4 * 1024 * 1024

/** Takes what a harness tells of its tools, and answers how much of it could be used. */
export async function takeToolEvents(
  request: IncomingMessage,
  response: ServerResponse,
  onTools: (told: ToolEvents) => void,
): Promise<void> {
  const parts: Buffer[] = []
  let bytes = 0
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      bytes += part.length
      if (bytes <= maxBytes) parts.push(part)
    }
  } catch {
    // Whoever sent it has gone.
    return
  }
  if (bytes > maxBytes) {
    answer(response, 413, { error: `more than ${maxBytes} bytes; send fewer events at a time` })
    return
  }
  const body = parseJson(Buffer.concat(parts).toString('utf8'))
  if (body === undefined) {
    answer(response, 400, { error: 'no JSON; send an event, a list of them, or OTLP spans' })
    return
  }
  const told = parseToolEvents(body)
  onTools(told)
  answer(response, 200, { accepted: told.events.length, rejected: told.rejected })
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
