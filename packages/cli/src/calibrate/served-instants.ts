import { readFile } from 'node:fs/promises'
import { z } from 'zod'

const ServedInstants = z.object({
  id: z.string(),
  receivedMs: z.number(),
  firstTokenMs: z.number().optional(),
  firstWriteMs: z.number().optional(),
  writeMs: z.array(z.number()).default([]),
})
/** The server's side of one request, in milliseconds since the server's origin. */
export type ServedInstants = z.infer<typeof ServedInstants>

const idPrefix = 'chatcmpl-'

/** What `serve --log FILE --log-tokens` wrote, by the ids that the client gave its requests. */
export async function readServedInstants(file: string): Promise<Map<string, ServedInstants>> {
  return servedInstantsOf(await readFile(file, 'utf8'))
}

export function servedInstantsOf(text: string): Map<string, ServedInstants> {
  const lines = text.split('\n').filter((line) => line !== '')
  const entries = lines.map((line) => ServedInstants.parse(JSON.parse(line)))
  return new Map(entries.map((entry) => [entry.id.slice(idPrefix.length), entry]))
}
