import type { TraceFormat } from '../../recording/trace-format.ts'
import { WekaReader } from './weka-reader.ts'

/** The traces of kv-cache-tester and of the cc-traces-weka data sets: a document is a trace. */
export const weka: TraceFormat = {
  name: 'weka',
  title: 'WEKA',
  recognises: (record) =>
    typeof record === 'object' &&
    record !== null &&
    ('requests' in record || ('block_size' in record && !('schema' in record))),
  blockLists: ['hash_ids'],
  reader: (options, notes) => new WekaReader(options, notes),
}
