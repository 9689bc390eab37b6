import type { RequestRecord } from '@reprise/replay-engine'

/** Records of several journals, each in the order of its ends, in that of all their ends; of those that ended at one instant the first journal's first. */
export async function* inOrderOfEnds(
  journals: readonly AsyncIterable<RequestRecord>[],
): AsyncGenerator<{ readonly record: RequestRecord; readonly journal: number }> {
  const iterators = journals.map((journal) => journal[Symbol.asyncIterator]())
  const heads = await Promise.all(iterators.map((each) => each.next()))
  for (;;) {
    let first: number | undefined
    for (const [i, head] of heads.entries())
      if (!head.done && (first === undefined || head.value.doneMs < heads[first]!.value.doneMs)) first = i
    if (first === undefined) return
    yield { record: heads[first]!.value, journal: first }
    heads[first] = await iterators[first]!.next()
  }
}
