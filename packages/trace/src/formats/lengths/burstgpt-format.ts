import type { TraceFormat } from '../../recording/trace-format.ts'
import { LengthsReader, type LengthsRow, numberIn } from './lengths-reader.ts'

/**
 * BurstGPT: a table of times and lengths, from its third file on with the session of a request. Source: the data sets of HPMLL/BurstGPT. The
 * elapsed time of that file is not read, since nothing says whether it is the server's.
 */
export const burstgpt: TraceFormat = {
  name: 'burstgpt',
  title: 'BurstGPT',
  recognises: (record) =>
    typeof record === 'object' && record !== null && 'Request tokens' in record && 'Response tokens' in record,
  reader: () => new LengthsReader({ format: 'burstgpt', parse: burstgptRow, emptyReplyIsFailure: true }),
}

function burstgptRow(cells: Readonly<Record<string, unknown>>): LengthsRow {
  const { Model: model, 'Session ID': session } = cells
  return {
    startMs: 1000 * numberIn(cells, 'Timestamp', { whole: false }),
    inputTokens: numberIn(cells, 'Request tokens'),
    outputTokens: numberIn(cells, 'Response tokens'),
    model: typeof model === 'string' && model !== '' ? model.slice(0, 1000) : 'unknown',
    ...(typeof session === 'string' && session !== '' && { session: session.slice(0, 1000) }),
  }
}
