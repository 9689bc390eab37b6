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
  'it holds texts and no recorded lengths, blocks or times. Serve them once behind a recorder, and name what that writes'

const toBeImported = 'reprise trace import makes traces of it'

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

function isObjectWith(value: unknown, field: string): boolean {
  return isObject(value) && field in value
}
