import type { RequestRecord } from '@reprise/replay-engine'

/** Which of its tree's sessions a request belongs to: the third number of its id. What `parseAddress` gives, without looking at the rest. */
export function sessionIndexOf({ id }: Pick<RequestRecord, 'id'>): number {
  const from = id.indexOf('.', id.indexOf('.') + 1) + 1
  return Number(id.slice(from, id.indexOf('.', from)))
}
