import { expect, test } from 'vitest'
import { detectFormat } from './detect-format.ts'
import { foreignFormat } from './foreign-format.ts'

test.each([
  [[{ id: 'x', conversations: [{ from: 'human', value: 'hi' }] }], /^a ShareGPT file; it holds texts/],
  [
    { chat_id: 1, parent_chat_id: -1, timestamp: 0.5, input_length: 9, output_length: 1, hash_ids: [1] },
    /^a Bailian \(Qwen\) trace; .*jq -c/,
  ],
  [{ num_turns: 2, assistant_response_length: [1] }, /^an agentic trace of Applied Compute; .*dynamo\.replay/],
  [{ round_index: 0, input_tokens_total: 1 }, /^a TraceLab trace/],
  [{ traceEvents: [] }, /^a timeline for Perfetto/],
  [{ log: { entries: [] } }, /^a HAR file/],
  [{ features: [], rows: [] }, /^what the Hub's viewer shows .* hf:OWNER\/NAME/],
  [{ schema: 'plan/1' }, /^a file of a run or of a sweep; name the traces that were replayed/],
  [{ from: 'weka', to: 'dynamo', losses: [] }, /^what a conversion lost/],
  [[{ id: 't', requests: [] }], /^one list of records; .*jq -c '\.\[\]'/],
])('%j is told by name, with what to do', (record, message) => {
  expect(foreignFormat(record)).toMatch(message)
})

test.each([
  { id: 't', block_size: 64, requests: [] },
  { timestamp: 0, input_length: 1, output_length: 1, hash_ids: [1] },
  { schema: 'dynamo.request.trace.v1', event_type: 'request_end' },
  { timestamp: 1, event: { schema: 'dynamo.agent.trace.v1' } },
  { schema: 'dynamo.agentic_mooncake', version: 2, block_size: 4 },
  { TIMESTAMP: 'x', ContextTokens: '1', GeneratedTokens: '1' },
])('%j is one of ours', (record) => {
  expect(foreignFormat(record)).toBeUndefined()
  expect(detectFormat(record)).toBeDefined()
})

test.each([null, 5, 'text', [], [1], {}])('of %j nothing is known', (record) => {
  expect(foreignFormat(record)).toBeUndefined()
})
