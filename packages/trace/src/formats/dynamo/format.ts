import type { TraceFormat } from '../../recording/trace-format.ts'
import { DynamoReader } from './dynamo-reader.ts'
import { unwrapped } from './parse.ts'

/** The shards of NVIDIA Dynamo's request trace, of any generation. */
export const dynamo: TraceFormat = {
  name: 'dynamo',
  title: 'Dynamo request trace',
  recognises: (record) => {
    const event = unwrapped(record)
    if (typeof event !== 'object' || event === null || !('schema' in event)) return false
    return typeof event.schema === 'string' && /^dynamo\.(request|agent)\.trace\./.test(event.schema)
  },
  longLists: ['input_sequence_hashes', 'completion_sequence_hashes'],
  reader: (_, notes) => new DynamoReader(notes),
}
