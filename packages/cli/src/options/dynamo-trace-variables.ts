import { UsageError } from '../terminal/exit-codes.ts'
import { parseToolsAddress, type ToolsAddress } from './parse-tools-address.ts'

/** What Dynamo's variables say of a trace's files; absent where they say nothing. */
export interface DynamoTraceVariables {
  readonly packed?: boolean
  readonly bufferBytes?: number
  readonly flushEveryMs?: number
  readonly rollBytes?: number
  readonly rollLines?: number
  readonly payloads?: boolean
  readonly toolsAddress?: ToolsAddress
  readonly toolsTopic?: string
}

const prefix = 'DYN_REQUEST_TRACE_'

/**
 * Dynamo's environment variables, as far as they have a meaning for a proxy: how its files are written, whether bodies are, and
 * where harnesses tell of their tools. The names of old are
 * heeded too.
 *
 * Source: Dynamo's "Request Trace Reference", 1.6.
 *
 * @throws UsageError naming the variable.
 */
export function dynamoTraceVariables(env: Readonly<Record<string, string | undefined>>): DynamoTraceVariables {
  const packed = packedIn(env)
  const bufferBytes = countIn(env, ['FILE_BUFFER_BYTES', 'JSONL_BUFFER_BYTES'])
  const flushEveryMs = countIn(env, ['FILE_FLUSH_INTERVAL_MS', 'JSONL_FLUSH_INTERVAL_MS'])
  const rollBytes = countIn(env, ['FILE_ROLL_BYTES', 'JSONL_GZ_ROLL_BYTES'])
  const rollLines = countIn(env, ['FILE_ROLL_LINES', 'JSONL_GZ_ROLL_LINES'])
  const records = env[`${prefix}RECORDS`]?.split(',').map((each) => each.trim())
  return {
    ...(packed !== undefined && { packed }),
    ...(bufferBytes !== undefined && { bufferBytes }),
    ...(flushEveryMs !== undefined && { flushEveryMs }),
    ...(rollBytes !== undefined && { rollBytes }),
    ...(rollLines !== undefined && { rollLines }),
    ...(records?.includes('request_payload') && { payloads: true }),
    ...toolsIn(env),
  }
}

function packedIn(env: Readonly<Record<string, string | undefined>>): boolean | undefined {
  const name = `${prefix}FILE_FORMAT`
  const format = env[name]
  if (format === undefined || format === '') return undefined
  if (format === 'jsonl' || format === 'jsonl_gz') return format === 'jsonl_gz'
  throw new UsageError(`${name} is neither jsonl nor jsonl_gz; write one of them, or unset it`)
}

function toolsIn(env: Readonly<Record<string, string | undefined>>): Partial<DynamoTraceVariables> {
  const name = `${prefix}TOOL_EVENTS_ZMQ_ENDPOINT`
  const [address, topic] = [env[name], env[`${prefix}TOOL_EVENTS_ZMQ_TOPIC`]]
  try {
    return { ...(address && { toolsAddress: parseToolsAddress(address) }), ...(topic && { toolsTopic: topic }) }
  } catch (error) {
    throw new UsageError(`${name}: ${(error as Error).message}`)
  }
}

function countIn(env: Readonly<Record<string, string | undefined>>, names: readonly string[]): number | undefined {
  const name = names.map((each) => prefix + each).find((each) => env[each])
  if (name === undefined) return undefined
  const value = /^\d+$/.test(env[name]!) ? Number(env[name]) : 0
  if (value > 0 && Number.isSafeInteger(value)) return value
  throw new UsageError(`${name} is no whole number above 0; write one, or unset it`)
}
