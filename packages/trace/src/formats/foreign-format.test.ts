import { spawnSync } from 'node:child_process'
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
  [{ metadata: { x_request_id: 'a' }, metrics: {}, error: null }, /^the records of AIPerf .*name the traces/],
  [{ input_config: {}, records: {} }, /^a result of AIPerf or GenAI-Perf; .*name the traces/],
  [{ data: [{ session_id: 'a', payloads: [{}] }] }, /^the inputs of AIPerf .*reprise trace import bodies\.jsonl/],
  [{ metadata: {}, benchmarks: [{}] }, /^results of GuideLLM; .*name the traces/],
  [{ backend: 'vllm', num_prompts: 10, request_throughput: 1 }, /^a result of vllm bench serve; .*name the traces/],
  [
    { backend: 'sglang', request_rate: 1, request_throughput: 1 },
    /^results of sglang\.bench_serving; .*name the traces/,
  ],
  [{ id: 'a', traceId: 't', type: 'SPAN', startTime: 'x', usage: {} }, /^observations of Langfuse; .*jq -c/],
  [{ id: 't', projectId: 'p', observations: [] }, /^a trace of Langfuse; .*select/],
  [{ id: 'r', run_type: 'llm', dotted_order: 'x' }, /^runs of LangSmith; .*trace import/],
  [{ context: { trace_id: '1', span_id: '2' }, attributes: {} }, /^spans as Phoenix .*trace import/],
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

test.each([
  [
    'a spend log of LiteLLM',
    { call_type: 'acompletion', startTime: '2026-05-04 10:00:01.500000', prompt_tokens: 900, completion_tokens: 7 },
    { timestamp: 1_777_888_801_000, input_length: 900, output_length: 7 },
  ],
  [
    'a payload that LiteLLM logs',
    {
      call_type: 'acompletion',
      response_cost: 0.1,
      startTime: 1_777_888_801.5,
      prompt_tokens: 900,
      completion_tokens: 7,
    },
    { timestamp: 1_777_888_801_500, input_length: 900, output_length: 7 },
  ],
  [
    'observations of Langfuse',
    { traceId: 't', type: 'GENERATION', startTime: '2026-05-04T10:00:01.500Z', usage: { input: 900, output: 7 } },
    { timestamp: 1_777_888_801_000, input_length: 900, output_length: 7, session_id: 't' },
  ],
])('the cure of %s is a command that gives rows of ours', (name, record, row) => {
  const message = foreignFormat(record) ?? ''
  expect(message).toContain(name)
  const [, program = ''] = /jq -c '(.*)' FILE/.exec(message) ?? []
  const { status, stdout } = spawnSync('jq', ['-c', program], { input: JSON.stringify(record), encoding: 'utf8' })
  if (status === null) return console.warn('skipped: there is no jq here to try the cure with')
  expect(JSON.parse(stdout)).toEqual(row)
  expect(detectFormat(row)?.name).toBe('mooncake')
})

test.each([null, 5, 'text', [], [1], {}])('of %j nothing is known', (record) => {
  expect(foreignFormat(record)).toBeUndefined()
})
