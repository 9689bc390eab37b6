import type { ExchangeRequest } from '../exchange.ts'
import type { Recorder, RecorderOptions, RecordSink } from '../recorder.ts'

/** The recorder of a capture: ends of requests as `dynamo.request.trace.v1`, one a line. Times and counts alone: without hashes, a trace of them cannot be replayed. */
export function makeRecorder({ originUnixMs }: RecorderOptions, sink: RecordSink): Recorder {
  const open = new Map<string, ExchangeRequest>()
  const totals = { requests: 0, sessions: 0, inputTokens: 0, outputTokens: 0 }
  return {
    begin: (request) => void open.set(request.id, request),
    end(id, { usage, doneMs, firstTokenMs, finishReason, toolCalls }) {
      const request = open.get(id)
      if (!request) return
      open.delete(id)
      const { receivedMs } = request
      totals.requests += 1
      totals.inputTokens += usage?.inputTokens ?? 0
      totals.outputTokens += usage?.outputTokens ?? 0
      sink.write(
        JSON.stringify({
          schema: 'dynamo.request.trace.v1',
          event_type: 'request_end',
          event_time_unix_ms: Math.round(originUnixMs + doneMs),
          request: {
            request_id: id,
            ...(usage?.inputTokens !== undefined && { input_tokens: usage.inputTokens }),
            ...(usage?.outputTokens !== undefined && { output_tokens: usage.outputTokens }),
            request_received_ms: Math.round(originUnixMs + receivedMs),
            ...(firstTokenMs !== undefined && { ttft_ms: firstTokenMs - receivedMs }),
            total_time_ms: doneMs - receivedMs,
            finish_reason_metadata: {
              ...(finishReason !== undefined && { finish_reason: finishReason }),
              tool_calls: toolCalls.map(({ choice, index, name: called }) => ({
                choice_index: choice,
                tool_call_index: index,
                ...(called !== undefined && { name: called }),
              })),
            },
          },
        }),
      )
    },
    flush: async () => {},
    close: async () => {},
    totals: () => ({ ...totals, unrecorded: new Map() }),
  }
}
