import type { TraceFormat } from '../../recording/trace-format.ts'
import { isAgenticHeader } from './agentic-header.ts'
import { MooncakeReader } from './mooncake-reader.ts'

/** Rows of one request each: plain (the FAST'25 traces), or agentic of the first version (`wait_for`) or the second (typed edges). */
export const mooncake: TraceFormat = {
  name: 'mooncake',
  title: 'Mooncake',
  recognises: (record) =>
    typeof record === 'object' &&
    record !== null &&
    !('requests' in record) &&
    (isAgenticHeader(record) ||
      'input_length' in record ||
      ('input_tokens' in record && 'output_tokens' in record) ||
      'hash_ids' in record),
  longIntegers: true,
  reader: (_, notes) => new MooncakeReader(notes),
}
