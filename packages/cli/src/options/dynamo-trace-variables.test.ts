import { expect, test } from 'vitest'
import { dynamoTraceVariables } from './dynamo-trace-variables.ts'

test('none of them says nothing', () => expect(dynamoTraceVariables({ HOME: '/' })).toEqual({}))

test('those that have a meaning, by their names of today and of old', () => {
  expect(
    dynamoTraceVariables({
      DYN_REQUEST_TRACE_FILE_FORMAT: 'jsonl',
      DYN_REQUEST_TRACE_FILE_ROLL_BYTES: '1000',
      DYN_REQUEST_TRACE_JSONL_FLUSH_INTERVAL_MS: '250',
      DYN_REQUEST_TRACE_FILE_ROLL_LINES: '7',
      DYN_REQUEST_TRACE_FILE_BUFFER_BYTES: '9',
      DYN_REQUEST_TRACE_RECORDS: 'request_end, request_payload',
      DYN_REQUEST_TRACE_TOOL_EVENTS_ZMQ_ENDPOINT: 'tcp://127.0.0.1:20390',
      DYN_REQUEST_TRACE_TOOL_EVENTS_ZMQ_TOPIC: 'mine',
    }),
  ).toEqual({
    ...{ packed: false, rollBytes: 1_000, flushEveryMs: 250, rollLines: 7, bufferBytes: 9, payloads: true },
    ...{ toolsAddress: { host: '127.0.0.1', port: 20_390 }, toolsTopic: 'mine' },
  })
})

test.each([
  ['DYN_REQUEST_TRACE_FILE_FORMAT', 'parquet'],
  ['DYN_REQUEST_TRACE_FILE_ROLL_BYTES', '-1'],
  ['DYN_REQUEST_TRACE_FILE_FLUSH_INTERVAL_MS', 'soon'],
  ['DYN_REQUEST_TRACE_TOOL_EVENTS_ZMQ_ENDPOINT', '20390'],
])('%s=%s is refused by its name', (name, value) => {
  expect(() => dynamoTraceVariables({ [name]: value })).toThrow(name)
})
