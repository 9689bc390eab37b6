import type { Result } from '../../result/result.ts'
import { csvLine } from './csv-line.ts'

/** Every number of a result with its path in `results.json`, a line each; without the limits it was judged by. */
export function figureCsv({ provenance: _, identity: __, validity: ___, load: ____, ...figures }: Result): string {
  return [csvLine(['figure', 'value']), ...numbersOf('', figures)].join('')
}

function numbersOf(path: string, value: unknown): string[] {
  if (typeof value === 'number' || value === 'unbounded') return [csvLine([path, value])]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => numbersOf(path === '' ? key : `${path}.${key}`, each))
}
