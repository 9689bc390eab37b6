/**
 * What to say of a file whose first record this is, where that is known to be something else than traces that are read; undefined where it
 * is not known.
 */
export function foreignFormat(record: unknown): string | undefined {
  if (Array.isArray(record)) return foreignFormat(record[0]) ?? (isObject(record[0]) ? listInOne : undefined)
  if (typeof record !== 'object' || record === null) return undefined
  const found = foreign.find(({ fields, some }) => {
    if (!fields.every((field) => field in record)) return false
    return some === undefined || some(record as Record<string, unknown>)
  })
  return found && `${found.what}; ${found.cure}`
}

const listInOne = "one list of records; write them one a line into a .jsonl file: jq -c '.[]' FILE"

const textOnly =
  'it holds texts and no recorded lengths, blocks or times. Have its agents ask through npx reprise capture, and name what that writes'

const toBeImported = 'reprise trace import makes traces of it'
const resultsOnly = 'it holds what was measured and not what was asked; name the traces that it was measured with'

/** Rows of lengths and times. What prompts share is in no such log, so that hit rates mean nothing of them, which is said when they are read. */
function asRows(
  timestampMs: string,
  { input, output, more = '' }: { input: string; output: string; more?: string },
): string {
  return (
    'it says when requests were and how long, and not what they share; rows of Mooncake hold that: ' +
    `jq -c '{timestamp: (${timestampMs}), input_length: ${input}, output_length: ${output}${more}}' FILE, in the order of their times`
  )
}

/** A date of ISO 8601, with fractions of a second or without. */
const msOf = (field: string) =>
  `1000 * (${field} | sub("[.][0-9]+"; "") | sub(" "; "T") | sub("[+]00:00$|Z$|$"; "Z") | fromdate)`

interface Foreign {
  /** That its records have. */
  readonly fields: readonly string[]
  readonly some?: (record: Record<string, unknown>) => boolean
  readonly what: string
  readonly cure: string
}

/** Source: the files that these tools and data sets publish. */
const foreign: readonly Foreign[] = [
  { fields: ['conversations'], what: 'a ShareGPT file', cure: textOnly },
  {
    fields: ['metadata', 'metrics'],
    some: ({ metadata }) => isObjectWith(metadata, 'request_start_ns') || isObjectWith(metadata, 'x_request_id'),
    what: 'the records of AIPerf (profile_export.jsonl)',
    cure: resultsOnly,
  },
  { fields: ['input_config', 'records'], what: 'a result of AIPerf or GenAI-Perf', cure: resultsOnly },
  { fields: ['input_config', 'request_throughput'], what: 'a result of AIPerf or GenAI-Perf', cure: resultsOnly },
  {
    fields: ['data'],
    some: ({ data }) => isListOf(data, 'payloads') || isListOf(data, 'payload'),
    what: 'the inputs of AIPerf (inputs.json)',
    cure: "they are bodies of requests; write them one a line, jq -c '.data[] | (.payloads // .payload)[]' FILE > bodies.jsonl, and make traces of that: reprise trace import bodies.jsonl",
  },
  {
    fields: ['benchmarks'],
    some: ({ benchmarks, args, metadata }) => Array.isArray(benchmarks) && (isObject(args) || isObject(metadata)),
    what: 'results of GuideLLM',
    cure: resultsOnly,
  },
  { fields: ['num_prompts', 'request_throughput'], what: 'a result of vllm bench serve', cure: resultsOnly },
  {
    fields: ['backend', 'request_throughput', 'request_rate'],
    what: 'results of sglang.bench_serving',
    cure: resultsOnly,
  },
  {
    fields: ['call_type', 'startTime', 'response_cost'],
    some: ({ startTime }) => typeof startTime === 'number',
    what: 'a payload that LiteLLM logs',
    cure: asRows('1000 * .startTime', { input: '.prompt_tokens', output: '.completion_tokens' }),
  },
  {
    fields: ['call_type', 'startTime', 'prompt_tokens', 'completion_tokens'],
    what: 'a spend log of LiteLLM',
    cure: asRows(msOf('.startTime'), { input: '.prompt_tokens', output: '.completion_tokens' }),
  },
  {
    fields: ['traceId', 'type', 'startTime'],
    some: ({ usage, usageDetails }) => isObject(usage) || isObject(usageDetails),
    what: 'observations of Langfuse',
    cure: asRows(msOf('.startTime'), {
      input: '(.usageDetails // .usage).input',
      output: '(.usageDetails // .usage).output',
      more: ', session_id: .traceId',
    }),
  },
  {
    fields: ['observations', 'projectId'],
    what: 'a trace of Langfuse',
    cure: 'write its generations one a line, jq -c \'.observations[] | select(.type == "GENERATION")\' FILE > generations.jsonl, and name that',
  },
  {
    fields: ['run_type', 'dotted_order'],
    what: 'runs of LangSmith',
    cure: 'export them as OpenTelemetry spans, of which reprise trace import makes traces',
  },
  {
    fields: ['context', 'attributes'],
    some: ({ context }) => isObjectWith(context, 'trace_id') && isObjectWith(context, 'span_id'),
    what: 'spans as Phoenix (OpenInference) exports them',
    cure: 'export them as OTLP JSON (resourceSpans), of which reprise trace import makes traces',
  },
  { fields: ['conversation_id', 'conversation'], what: 'conversations of LMSYS-Chat or WildChat', cure: textOnly },
  { fields: ['custom_id', 'response'], what: 'replies of an OpenAI batch', cure: toBeImported },
  {
    fields: ['chat_id', 'parent_chat_id'],
    what: 'a Bailian (Qwen) trace',
    cure: "its times are seconds and it names who continues whom; write Mooncake rows of it: jq -c '{request_id: .chat_id, timestamp: (1000 * .timestamp), input_length, output_length, hash_ids} + (if .parent_chat_id == -1 then {} else {wait_for: [.parent_chat_id]} end)' FILE",
  },
  {
    fields: ['num_turns', 'assistant_response_length'],
    what: 'an agentic trace of Applied Compute',
    cure: 'it holds lengths without times and blocks; dynamo.replay reads it',
  },
  {
    fields: ['round_index', 'input_tokens_total'],
    what: 'a TraceLab trace',
    cure: 'it has no block ids and is not read; AIPerf reads it',
  },
  {
    fields: ['traceEvents'],
    what: 'a timeline for Perfetto or Chrome',
    cure: 'name the traces that it was drawn from',
  },
  {
    fields: ['rows', 'features'],
    what: "what the Hub's viewer shows of a data set",
    cure: 'name the data set itself, as hf:OWNER/NAME',
  },
  { fields: ['log'], some: ({ log }) => isObjectWith(log, 'entries'), what: 'a HAR file of a browser', cure: textOnly },
  {
    fields: ['from', 'to', 'losses'],
    what: 'what a conversion lost',
    cure: 'name the traces that lie beside it',
  },
  {
    fields: ['schema'],
    some: ({ schema }) =>
      typeof schema === 'string' &&
      /^(plan|result|records|run|phases|collection|sweep-job|sweep-plan)\/\d/.test(schema),
    what: 'a file of a run or of a sweep',
    cure: 'name the traces that were replayed',
  },
  {
    fields: ['dueMs', 'outcome'],
    what: 'the records of a run',
    cure: 'name the traces that were replayed',
  },
]

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isListOf(value: unknown, field: string): boolean {
  return Array.isArray(value) && isObjectWith(value[0], field)
}

function isObjectWith(value: unknown, field: string): boolean {
  return isObject(value) && field in value
}
