/** What matters of a request; the rest is as usual. */
export interface DynamoRow {
  readonly id: string
  readonly session?: string
  readonly parent?: string
  readonly start: number
  readonly ms?: number
  readonly hashes?: readonly string[]
  readonly blockSize?: number
}

/** A row of one request, as text: of seven tokens in blocks of four, unless it says otherwise. */
export function dynamoRow({
  id,
  session,
  parent,
  start,
  ms = 10,
  hashes = ['1', '2'],
  blockSize = 4,
}: DynamoRow): string {
  const context = { session_id: session, parent_session_id: parent }
  const replay = { trace_block_size: blockSize, input_length: 4 * hashes.length - 1, input_sequence_hashes: ['HASHES'] }
  const request = {
    request_id: id,
    model: 'm',
    output_tokens: 3,
    request_received_ms: start,
    total_time_ms: ms,
    replay,
  }
  const event = {
    ...{ schema: 'dynamo.request.trace.v1', event_type: 'request_end', event_time_unix_ms: start + ms },
    ...(session !== undefined && { agent_context: context }),
    request,
  }
  return JSON.stringify(event).replace('["HASHES"]', `[${hashes.join(',')}]`)
}
