/** Takes some out of a queue, which is as long as it was but for them. They are near its head: those behind the last of them are not looked at. */
export function takeOut<T>(queue: T[], taken: ReadonlySet<T>): void {
  let end = 0
  for (let left = taken.size; left > 0 && end < queue.length; end += 1) if (taken.has(queue[end]!)) left -= 1
  let to = end
  for (let at = end - 1; at >= 0; at -= 1) {
    const each = queue[at]!
    if (taken.has(each)) continue
    to -= 1
    queue[to] = each
  }
  queue.splice(0, to)
}
