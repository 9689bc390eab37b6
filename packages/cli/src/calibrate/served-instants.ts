import { readLines } from '@reprise/trace'
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
  const lines: string[] = []
  for await (const { bytes } of readLines(file, { maxLineBytes: 16 * 1024 * 1024 })) lines.push(bytes.toString('utf8'))
  return servedInstantsOf(lines)
}

export function servedInstantsOf(lines: readonly string[]): Map<string, ServedInstants> {
  const entries = lines.map((line) => ServedInstants.parse(JSON.parse(line)))
  return new Map(entries.map((entry) => [entry.id.slice(idPrefix.length), entry]))
}
