import { InvalidTrace } from '../../recording/invalid-trace.ts'
import type { TraceFormat } from '../../recording/trace-format.ts'
import { LengthsReader, type LengthsRow, numberIn } from './lengths-reader.ts'

/** The public traces of Azure's LLM inference service: a table of times and lengths. Source: AzurePublicDataset, 2023 and 2024. */
export const azure: TraceFormat = {
  name: 'azure',
  title: 'Azure LLM inference',
  recognises: (record) => typeof record === 'object' && record !== null && 'ContextTokens' in record,
  reader: () => new LengthsReader({ format: 'azure', parse: azureRow }),
}

function azureRow(cells: Readonly<Record<string, unknown>>): LengthsRow {
  return {
    startMs: instantMs(cells.TIMESTAMP),
    inputTokens: numberIn(cells, 'ContextTokens'),
    outputTokens: numberIn(cells, 'GeneratedTokens'),
    model: 'unknown',
  }
}

/** `2023-11-16 18:15:46.6805900`, in later files with `+00:00` behind it. */
function instantMs(cell: unknown): number {
  const found = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(\.\d{1,9})?(?:Z|\+00:00)?$/.exec(String(cell))
  if (!found)
    throw new InvalidTrace('TIMESTAMP: expected YYYY-MM-DD hh:mm:ss.ffffff in UTC; correct the row or remove it')
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  return Date.UTC(year, month - 1, day, hour, minute, second) + 1000 * Number(found[7] ?? 0)
}
