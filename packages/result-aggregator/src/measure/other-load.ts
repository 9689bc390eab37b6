import type { Evidence } from './evidence.ts'

type LoadKind = Evidence['load']['kind']

/** What to take for less of a load, by the words of its kind. */
export function lighter({ kind }: { readonly kind: LoadKind }): string {
  return { lanes: 'fewer lanes', rate: 'a lower rate', schedule: 'a lower --speedup' }[kind]
}

/** What to take for more requests of it. */
export function heavier({ kind }: { readonly kind: LoadKind }): string {
  return { lanes: 'more lanes', rate: 'a higher rate', schedule: 'a recording of more sessions' }[kind]
}
