import { z } from 'zod'
import { checked } from '../../recording/invalid-trace.ts'

const schema = 'dynamo.agentic_mooncake'

/**
 * The first line of an Agentic Mooncake file of the second version: block ids mean something inside a play only.
 *
 * Source: `AgenticMooncakeHeader` of Dynamo's data-gen.
 */
const AgenticHeader = z.object({
  schema: z.literal(schema),
  version: z.literal(2, 'expected 2; this version is not read'),
  block_size: z.int().positive().max(1_000_000),
  hash_id_scope: z.literal('local'),
  source: z.object({ format: z.string().max(1000), digest: z.string().max(1000) }).nullish(),
})
export type AgenticHeader = z.infer<typeof AgenticHeader>

export function isAgenticHeader(record: unknown): boolean {
  return typeof record === 'object' && record !== null && 'schema' in record && record.schema === schema
}

/** @throws InvalidTrace for another version, and where a field is missing. */
export function parseAgenticHeader(record: unknown, unknownField: (name: string) => void): AgenticHeader {
  return checked(AgenticHeader, record, '', unknownField)
}
