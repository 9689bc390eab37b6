import { gzipSync } from 'node:zlib'

/** A file that is not as it should be. */
export interface MalformedFile {
  /** What is wrong with it, in words that no other has. */
  readonly what: string
  readonly name: string
  readonly content: string | Buffer
  /** It is read as if nothing were. */
  readonly isTolerated?: true
}

type Fields = Readonly<Record<string, unknown>>

/** A kind of trace file: some good records, and which of the fields of the third are what. */
interface Kind {
  readonly name: string
  readonly extension: '.jsonl' | '.csv'
  /** Of the third record, by dotted path. */
  readonly fields: Readonly<Record<string, FieldKind>>
  readonly head?: readonly string[]
  record(index: number): Fields
}

type FieldKind = 'count' | 'time' | 'duration' | 'ids' | 'name' | 'id' | 'object' | 'list'

const range = (length: number) => Array.from({ length }, (_, i) => i)

const weka: Kind = {
  name: 'WEKA',
  extension: '.jsonl',
  fields: {
    id: 'name',
    block_size: 'count',
    requests: 'list',
    totals: 'object',
    tool_tokens: 'count',
    'requests.0.t': 'time',
    'requests.0.in': 'count',
    'requests.0.out': 'count',
    'requests.0.hash_ids': 'ids',
    'requests.0.api_time': 'duration',
    'requests.0.think_time': 'duration',
    'requests.0.ttft': 'duration',
    'requests.0.model': 'name',
    'requests.1.t': 'time',
    'requests.1.duration_ms': 'duration',
    'requests.1.requests': 'list',
    'requests.1.requests.0.in': 'count',
  },
  record: (index) => {
    const request = { in: 40, out: 2, hash_ids: [1, 2], api_time: 1, think_time: 1, ttft: 0.5, model: 'm' }
    const subagent = { t: 9, type: 'subagent', agent_id: 'a', duration_ms: 3000, requests: [{ t: 0, ...request }] }
    const totals = { subagent_count: 1 }
    return { id: `t${index}`, block_size: 16, tool_tokens: 16, totals, requests: [{ t: 0, ...request }, subagent] }
  },
}

const mooncake: Kind = {
  name: 'Mooncake',
  extension: '.jsonl',
  fields: {
    timestamp: 'time',
    input_length: 'count',
    output_length: 'count',
    hash_ids: 'ids',
    session_id: 'id',
    delay: 'duration',
    wait_for: 'list',
    message_mode: 'name',
  },
  record: (index) => ({
    ...{ request_id: `r${index}`, session_id: 's', timestamp: 10 * index, input_length: 600, output_length: 3 },
    ...{ hash_ids: [1, 2], delay: 5, message_mode: 'history', wait_for: index > 0 ? [`r${index - 1}`] : [] },
  }),
}

const agentic: Kind = {
  name: 'Agentic Mooncake 2',
  extension: '.jsonl',
  head: ['{"schema":"dynamo.agentic_mooncake","version":2,"block_size":512,"hash_id_scope":"local"}'],
  fields: {
    play_id: 'name',
    session_id: 'name',
    input_length: 'count',
    output_length: 'count',
    hash_ids: 'ids',
    not_before_ms: 'time',
    recorded_api_time_ms: 'duration',
    dependencies: 'list',
    'dependencies.0.delay_ms': 'duration',
    'dependencies.0.trigger': 'name',
  },
  record: (index) => ({
    ...{
      request_id: `r${index}`,
      play_id: 'p',
      session_id: 's',
      input_length: 600,
      output_length: 3,
      hash_ids: [1, 2],
    },
    ...{ not_before_ms: 0, recorded_api_time_ms: 5 },
    dependencies:
      index > 0 ? [{ request_id: `r${index - 1}`, trigger: 'completion', delay_ms: 3, relation: 'sequence' }] : [],
  }),
}

const dynamo: Kind = {
  name: 'Dynamo',
  extension: '.jsonl',
  fields: {
    schema: 'name',
    event_type: 'name',
    event_time_unix_ms: 'time',
    'agent_context.session_id': 'name',
    request: 'object',
    'request.request_id': 'name',
    'request.output_tokens': 'count',
    'request.request_received_ms': 'time',
    'request.total_time_ms': 'duration',
    'request.ttft_ms': 'duration',
    'request.replay': 'object',
    'request.replay.trace_block_size': 'count',
    'request.replay.input_length': 'count',
    'request.replay.input_sequence_hashes': 'ids',
    'request.replay.completion_sequence_hashes': 'ids',
  },
  record: (index) => ({
    schema: 'dynamo.request.trace.v1',
    event_type: 'request_end',
    event_time_unix_ms: 1000 * index + 50,
    agent_context: { session_id: 's' },
    request: {
      ...{
        request_id: `r${index}`,
        output_tokens: 3,
        request_received_ms: 1000 * index,
        total_time_ms: 40,
        ttft_ms: 9,
      },
      replay: {
        ...{ trace_block_size: 4, input_length: 7 },
        ...{ input_sequence_hashes: [1, 2], completion_sequence_hashes: [1, 3, 4] },
      },
    },
  }),
}

const azure: Kind = {
  name: 'Azure',
  extension: '.csv',
  fields: { TIMESTAMP: 'time', ContextTokens: 'count', GeneratedTokens: 'count' },
  record: (index) => ({ TIMESTAMP: `2023-11-16 18:15:4${index}.5`, ContextTokens: 100, GeneratedTokens: 7 }),
}

const burstgpt: Kind = {
  name: 'BurstGPT',
  extension: '.csv',
  fields: { Timestamp: 'time', 'Request tokens': 'count', 'Response tokens': 'count' },
  record: (index) => ({ Timestamp: 5 * index, Model: 'GPT-4', 'Request tokens': 100, 'Response tokens': 7 }),
}

export const kinds = [weka, mooncake, agentic, dynamo, azure, burstgpt]

/** As it should be. */
export function goodFile(kind: Kind): MalformedFile {
  return {
    what: `${kind.name}: nothing`,
    name: `a${kind.extension}`,
    content: text(kind, range(4).map(kind.record)),
    isTolerated: true,
  }
}

/** Every kind with everything that can be wrong with it. */
export function malformedFiles(): MalformedFile[] {
  return kinds.flatMap((kind) => [...wrongFields(kind), ...wrongTexts(kind)])
}

function wrongFields(kind: Kind): MalformedFile[] {
  return Object.entries(kind.fields).flatMap(([path, field]) =>
    Object.entries(wrongValues[field]).map(([what, value]) => {
      const records = range(4)
        .map(kind.record)
        .map((record, i) => (i === 2 ? withField(record, path.split('.'), value) : record))
      return { what: `${kind.name}: ${path} is ${what}`, name: `a${kind.extension}`, content: text(kind, records) }
    }),
  )
}

/** What JSON cannot say stands in the text as it is. */
const raw = (token: string) => `<<${token}>>`
const long = 'x'.repeat(2000)
const number = { text: 'text', 'not a number': raw('NaN'), infinite: raw('1e999'), 'beyond all bounds': 1e300 }

const wrongValues: Record<FieldKind, Readonly<Record<string, unknown>>> = {
  count: { ...number, negative: -1, 'a fraction': 1.5, 'an object': { __proto__: null, a: 1 } },
  time: { ...number, 'a list': [1] },
  duration: { ...number, negative: -5, 'a list': [1] },
  ids: {
    text: 'text',
    'an object': {},
    'a list of nothing': [null],
    'a list of fractions': [1.5, 2.5],
    'a list of negatives': [-1, -2],
    'a list of lists': [[1], [2]],
    'a list of what no integer holds': [raw('1e400')],
  },
  name: { 'a number': 5, 'an object': {}, 'far too long': long },
  id: { 'a list': [], 'an object': {}, 'a fraction': 5.5, 'far too long': long },
  object: { 'a list': [], text: 'text', 'a number': 5.5 },
  list: { text: 'text', 'an object': { a: 1 }, 'a list of nothing': [null], 'a list of numbers': [1.5] },
}

function withField(record: Fields, [key, ...rest]: readonly string[], value: unknown): Fields {
  const inner = (record as Record<string, unknown>)[key!]
  const changed = rest.length === 0 ? value : withField(inner as Fields, rest, value)
  if (!Array.isArray(record)) return { ...record, [key!]: changed }
  return record.map((each, i) => (String(i) === key ? changed : each)) as unknown as Fields
}

function text({ extension, head = [], record }: Kind, records: readonly Fields[]): string {
  if (extension === '.jsonl') {
    const lines = records.map((each) => JSON.stringify(each).replace(/"<<([^>]*)>>"/g, '$1'))
    return `${[...head, ...lines].join('\n')}\n`
  }
  const names = Object.keys(record(0))
  const cell = (value: unknown) =>
    String(typeof value === 'object' ? JSON.stringify(value) : value).replace(/<<|>>|"|,/g, '')
  return `${[names.join(), ...records.map((each) => names.map((name) => cell(each[name])).join())].join('\n')}\n`
}

function wrongTexts(kind: Kind): MalformedFile[] {
  const { name, extension } = kind
  const good = text(kind, range(4).map(kind.record))
  const lines = good.trimEnd().split('\n')
  const file = (what: string, content: string | Buffer, more: Partial<MalformedFile> = {}): MalformedFile => ({
    ...{ what: `${name}: ${what}`, name: `a${extension}`, content },
    ...more,
  })
  const inLine = (at: number, line: string) => [...lines.slice(0, at), line, ...lines.slice(at)].join('\n')
  const packed = { name: `a${extension}.gz` }
  const cut = gzipSync(lines.slice(-2).join('\n'))
  const members = Buffer.concat([gzipSync(`${lines.slice(0, -2).join('\n')}\n`), cut.subarray(0, cut.length - 12)])
  const tolerated = { isTolerated: true } as const
  return [
    file('nothing', ''),
    file('blanks alone', ' \n\n\t\n'),
    file('UTF-16', Buffer.from(`\ufeff${good}`, 'utf16le')),
    file('NUL bytes', Buffer.alloc(64)),
    file('a page in its place', '<!DOCTYPE html><html><body>404</body></html>'),
    file('a pointer of Git LFS', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n'),
    file('Parquet', 'PAR1\x15\x04'),
    file(
      'a last line that is cut off',
      `${lines.slice(0, -1).join('\n')}\n${lines.at(-1)!.slice(0, extension === '.csv' ? 9 : -9)}`,
    ),
    file('a packed member that is cut off', members, packed),
    file('no packed data', good, packed),
    file('packed data without its name', gzipSync(good)),
    file('a byte order mark', `\ufeff${good}`, tolerated),
    file('line ends of Windows', good.replaceAll('\n', '\r\n'), tolerated),
    file('blank lines between', good.replaceAll('\n', '\n\n \n'), tolerated),
    file('empty packed members', Buffer.concat([gzipSync(''), gzipSync(good), gzipSync('')]), {
      ...packed,
      ...tolerated,
    }),
    file('a line of something else', inLine(2, 'INFO started')),
    ...(extension === '.csv' ? [] : wrongLines(file, inLine, lines)),
  ]
}

function wrongLines(
  file: (what: string, content: string) => MalformedFile,
  inLine: (at: number, line: string) => string,
  lines: readonly string[],
): MalformedFile[] {
  const last = lines.at(-1)!
  const record = JSON.parse(last) as Record<string, unknown>
  const others = kinds.filter(
    ({ extension, fields }) =>
      extension === '.jsonl' && !Object.keys(fields).every((key) => key.split('.')[0]! in record),
  )
  return [
    file('null', inLine(2, 'null')),
    file('a number', inLine(2, '5')),
    file('a text', inLine(2, '"text"')),
    file('a list', inLine(2, '[]')),
    file('an object of nothing', inLine(2, '{}')),
    file('a record twice', inLine(2, lines[1]!)),
    file('two records in a line', inLine(2, `${last}${last}`)),
    file('single quotes', inLine(2, last.replaceAll('"', "'"))),
    file('a depth of ten thousand', inLine(2, `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`)),
    file('brackets to a depth of ten thousand', inLine(2, '['.repeat(10_000))),
    file('a prototype', inLine(2, '{"__proto__":{"requests":[],"input_length":1}}')),
    file('a control character in a text', inLine(2, '{"a":"\u0001"}')),
    ...others.map((other) => file(`a record of ${other.name}`, inLine(2, JSON.stringify(other.record(9))))),
  ]
}
